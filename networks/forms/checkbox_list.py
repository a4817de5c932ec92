"""Many checkboxes at once, written without a template for each: a hundred of them cost what two would."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString


class CheckboxList(forms.CheckboxSelectMultiple):
    """The checkboxes of the NHS design system, as templates/django/forms/widgets/ write them; choices in no groups."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        given = {**self.build_attrs(self.attrs, dict(attrs or {}))}
        id_, each = given.pop("id", name), flatatt({**given, "required": False})
        ticked = set(self.format_value(value))
        # What is the same in each is written once, not filled in a hundred times.
        start = format_html(
            '<div class="nhsuk-checkboxes__item"><input type="checkbox" name="{}"{} id="{}_', name, each, id_
        )
        middle = format_html('><label class="nhsuk-label nhsuk-checkboxes__label" for="{}_', id_)
        boxes = SafeString(
            "\n".join(
                f'{start}{place}" value="{conditional_escape(str(choice))}"{_CHECKED[str(choice) in ticked]}'
                f'{middle}{place}">{conditional_escape(cast(str, label))}</label></div>'
                for place, (choice, label) in enumerate(self.choices)
            )
        )
        return format_html(
            '<div class="nhsuk-checkboxes" data-module="nhsuk-checkboxes" id="{}">\n{}\n</div>', id_, boxes
        )


_CHECKED = {True: " checked", False: ""}
