"""What a reader can find in an answer, whatever kind of file it is; and what stands in the database."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models

from networks.models import User

OURS = ("networks", "assets", "procurement")
_PASSING = {User: {"last_login"}}
"""What changes by signing in and says nothing."""


def body(response: Any) -> bytes:
    """The bytes of an answer, streamed or not; a stream, and the file behind it, is closed by being read to its end."""
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def read(response: Any) -> str:
    """All text of an answer with its headers: a page, JSON or CSV as it is, of a workbook or ZIP all parts, of a PDF the text."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{headers}\n{text_of(body(response))}"


def text_of(content: bytes) -> str:
    """All text of a file."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(text_of(archive.read(name)) for name in archive.namelist())
    if content.startswith(b"%PDF") and len(content) > 500:
        import pypdf

        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    return content.decode("utf-8", errors="replace")


def amounts_in(text: str, amounts: Iterable[str]) -> list[str]:
    """Which amounts stand in a text by themselves, not as part of a longer number."""
    any_of = "|".join(sorted(map(re.escape, amounts), key=len, reverse=True))
    return sorted(set(re.findall(rf"(?<![\d,.])(?:{any_of})(?!\d|,\d|\.\d)", text)))


def stands() -> dict[str, str]:
    """Every row of our tables as one mark for each table: what has changed anything changes a mark."""
    marks = {}
    for model in (model for app in OURS for model in apps.get_app_config(app).get_models()):
        passing = _PASSING.get(model, set())
        names = [f.attname for f in model._meta.concrete_fields if f.name not in passing]
        rows = list(_rows(model).order_by("pk").values_list(*names))
        marks[model._meta.label] = f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()}"
    return marks


def _rows(model: type[models.Model]) -> Any:
    return model._base_manager.all()
