"""Write the pages of docs/ that are read off the code: the data dictionary and the access table."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import models

from networks.domain.access import Permission, Role

APPS = ("networks", "assets", "procurement")


class Command(BaseCommand):
    help = "Write docs/data-dictionary.md and docs/access.md from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "docs")

    def handle(self, *, folder: Path, **_: Any) -> None:
        for name, text in {"data-dictionary.md": data_dictionary(), "access.md": access_table()}.items():
            (folder / name).write_text(text)
            self.stdout.write(f"Wrote {folder / name}")


def access_table() -> str:
    """Return the roles and permissions as Markdown."""
    lines = [
        "# Who may do what",
        "",
        "Written by `manage.py reference_docs` from `networks/domain/access.py`, where it is decided.",
        "",
        "| | " + " | ".join(role.label for role in Role) + " |",
        "|---|" + "---|" * len(Role),
        "| held in a | " + " | ".join(" or ".join(sorted(role.held_in)) for role in Role) + " |",
    ]
    for permission in Permission:
        held = (_held(role, permission) for role in Role)
        lines.append(f"| {permission.value} | " + " | ".join(held) + " |")
    lines += ["", *(f"- **{role.label}**: {role.description}" for role in Role), ""]
    return "\n".join(lines)


def _held(role: Role, permission: Permission) -> str:
    """Whether a role has a permission, and where only in some of the organisations it can be held in, in which."""
    places = sorted(kind for kind in role.held_in if permission in role.permissions_in(kind))
    if not places:
        return "–"
    return "yes" if set(places) == role.held_in else f"in a {' or '.join(places)}"


def data_dictionary() -> str:
    """Return every table and column as Markdown."""
    lines = ["# Data dictionary", "", "Written by `manage.py reference_docs` from the models.", ""]
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if model.__name__.startswith("Historical"):
                continue
            lines += [f"## {model._meta.label}", "", _one_line(model.__doc__), ""]
            lines += ["| column | type | may be unknown | what it is |", "|---|---|---|---|"]
            lines += [_row(field) for field in model._meta.get_fields() if isinstance(field, models.Field)]
            lines.append("")
    return "\n".join(lines)


def _row(field: models.Field) -> str:
    kind = f"→ {field.related_model._meta.label}" if field.related_model else field.get_internal_type()
    meaning = [str(field.verbose_name)] if str(field.verbose_name) != field.name.replace("_", " ") else []
    if field.help_text:
        meaning.append(str(field.help_text))
    if field.choices:
        meaning.append(", ".join(f"{value or 'blank'}: {label}" for value, label in field.flatchoices))
    return f"| {field.name} | {kind} | {'yes' if field.null else 'no'} | {'; '.join(meaning).replace('|', '/')} |"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
