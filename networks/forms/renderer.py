"""Renders every form in the NHS design system: `{{ form }}` and `{{ form.field.as_field_group }}`.

The markup is in templates/django/forms/; this module decides which widget is which component.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

# The first match wins, so a subclass stands before its parent: CheckboxSelectMultiple is a RadioSelect,
# PasswordInput and FileInput are Inputs. The name chooses the markup in django/forms/field.html.
_COMPONENTS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, "file-upload"),
    (forms.PasswordInput, "password-input"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.MultiWidget, "several"),
)
_INPUT_CLASSES = {
    "checkboxes": "nhsuk-checkboxes__input",
    "checkbox": "nhsuk-checkboxes__input",
    "radios": "nhsuk-radios__input",
    "file-upload": "nhsuk-file-upload__input",
    "password-input": "nhsuk-input nhsuk-password-input__input nhsuk-js-password-input-input",
    "select": "nhsuk-select",
    "textarea": "nhsuk-textarea",
    "several": "nhsuk-input nhsuk-input--width-5",
    "input": "nhsuk-input",
}
# Components that show their error by a coloured edge of their own.
_ERROR_CLASSES = {
    "password-input": "nhsuk-input--error",
    "select": "nhsuk-select--error",
    "textarea": "nhsuk-textarea--error",
    "input": "nhsuk-input--error",
}
_GENERIC_REQUIRED = forms.Field.default_error_messages["required"]


def component_of(widget: forms.Widget) -> str:
    """Return the NHS component a widget is shown as, "input" where it is none of the special ones."""
    return next((name for kind, name in _COMPONENTS if isinstance(widget, kind)), "input")


class NhsBoundField(forms.BoundField):
    """A field that knows its NHS component, its classes and a message worth reading when it is left empty."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        if isinstance(field, forms.DateField) and not self.help_text:
            self.help_text = "For example, 31 March 2019"

    @cached_property
    def component(self) -> str:
        return component_of(self.field.widget)

    @property
    def target_id(self) -> str:
        """The id an error summary links to: the input itself, or the first of a group."""
        if self.is_hidden:
            return ""
        grouped = self.component in {"checkboxes", "radios", "several"}
        return f"{self.auto_id}_0" if grouped else self.auto_id

    @property
    def errors(self) -> ErrorList:
        """The field's errors, with Django's "This field is required." said in the field's own words."""
        errors = super().errors
        for error in errors.data:
            if (
                isinstance(error, ValidationError)
                and error.code == "required"
                and error.message == _GENERIC_REQUIRED
            ):
                error.message = self._missing_message()
        return errors

    def _missing_message(self) -> str:
        name = str(self.label or self.name)
        # "Serial number" becomes "serial number"; "NHS number" and "CT dose" keep their capitals.
        if not name[1:2].isupper():
            name = name[:1].lower() + name[1:]
        if name.endswith("?"):
            return f"Answer the question “{self.label}”"
        if self.component == "checkbox":
            return f"Tick the box: {name}"
        chosen = self.component in {"checkboxes", "radios", "select", "file-upload"}
        return f"{'Choose' if chosen else 'Enter'} {name}"

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if widget.is_hidden:
            return built
        component = component_of(widget)
        classes = [_INPUT_CLASSES[component]]
        own = f"{widget.attrs.get('class', '')} {attrs.get('class', '')}".strip()
        if component == "input" and "nhsuk-input--width-" not in own:
            classes += self._width()
        if self.errors:
            classes += filter(None, [_ERROR_CLASSES.get(component)])
        # A placeholder vanishes with the first letter typed, so what it says must stand in the label or the hint.
        built["placeholder"] = False
        built["class"] = " ".join([*classes, *filter(None, [own])])
        if component == "textarea":
            # Ten rows are Django's default, not a wish; whoever wants another number has said so.
            built["rows"] = "5" if str(widget.attrs.get("rows", "10")) == "10" else widget.attrs["rows"]
        return built

    def _width(self) -> list[str]:
        """A box as wide as what belongs in it."""
        if isinstance(self.field, forms.DateField | forms.IntegerField):
            return ["nhsuk-input--width-10"]
        longest = getattr(self.field, "max_length", None)
        if longest and longest <= 20:
            return ["nhsuk-input--width-10" if longest <= 10 else "nhsuk-input--width-20"]
        return []

    def label_tag(
        self,
        contents: str | None = None,
        attrs: dict[str, Any] | None = None,
        label_suffix: str | None = None,
        tag: str | None = None,
    ) -> SafeString:
        """The label or legend, without a colon; "(optional)" after what may be left empty.

        A form whose fields are all optional by nature (filters) sets `mark_optional = False`.
        """
        text = contents or str(self.label)
        optional = not self.field.required and self.component != "checkbox"
        if optional and getattr(self.form, "mark_optional", True):
            text = format_html("{} (optional)", text)
        base = "nhsuk-label nhsuk-label--s"
        if self.component == "checkbox":
            base = "nhsuk-label nhsuk-checkboxes__label"
        if tag == "legend":
            base = "nhsuk-fieldset__legend nhsuk-fieldset__legend--s"
        attrs = {**(attrs or {})}
        attrs["class"] = f"{base} {attrs.get('class', '')}".strip()
        return super().label_tag(text, attrs, "", tag)


class NhsFormRenderer(TemplatesSetting):
    """Names the bound field; the templates are Django's own names, overridden in templates/django/forms/."""

    bound_field_class = NhsBoundField
