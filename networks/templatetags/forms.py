"""What the error summary lists."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import template
from django.forms import BaseForm, BaseFormSet

register = template.Library()


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the summary: a message, and the id of the input it leads to ("" where there is none)."""

    message: str
    target_id: str = ""


@register.simple_tag
def form_errors(
    form: BaseForm | None = None,
    forms: Iterable[BaseForm] | None = None,
    formset: BaseFormSet[BaseForm] | None = None,
) -> list[Problem]:
    """Return every problem of the forms given, in the order of the page: whole-form problems first, then fields."""
    problems: list[Problem] = []
    if formset:
        problems += [Problem(str(message)) for message in formset.non_form_errors()]
    for each in [*([form] if form else []), *(forms or []), *(formset.forms if formset else [])]:
        problems += _problems(each)
    return problems


def _problems(form: BaseForm) -> Iterator[Problem]:
    if not form.is_bound:
        return
    for message in form.non_field_errors():
        yield Problem(str(message))
    for field in form:
        for message in field.errors:
            # A hidden field has no label on the page, so its name has to say which it is.
            text = f"{field.label}: {message}" if field.is_hidden else str(message)
            yield Problem(text, getattr(field, "target_id", field.auto_id) or "")
