"""Many checkboxes at once, written without a template for each: a hundred of them cost what two would."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
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
        boxes = format_html_join(
            "\n",
            '<div class="nhsuk-checkboxes__item"><input type="checkbox" name="{}" value="{}" id="{}"{}{}>'
            '<label class="nhsuk-label nhsuk-checkboxes__label" for="{}">{}</label></div>',
            (
                (
                    name,
                    choice,
                    f"{id_}_{place}",
                    each,
                    _CHECKED[str(choice) in ticked],
                    f"{id_}_{place}",
                    label,
                )
                for place, (choice, label) in enumerate(self.choices)
            ),
        )
        return format_html(
            '<div class="nhsuk-checkboxes" data-module="nhsuk-checkboxes" id="{}">\n{}\n</div>', id_, boxes
        )


_CHECKED = {True: SafeString(" checked"), False: ""}
