"""Choosing a file for a machine, and saying what it is; and why one is removed."""

from typing import Any

from django import forms

from assets.imports.attachment_file import ACCEPTED_WORDS, ENDINGS, MOST_BYTES
from assets.models import Attachment


class AttachmentForm(forms.Form):
    """A file, what kind of thing it is, and a few words. What is in the file is judged by the action."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        max_length=1000,
        help_text=f"{ACCEPTED_WORDS}, up to {MOST_BYTES // 1024**2} MB. Nothing that shows a patient",
        widget=forms.FileInput(
            attrs={"accept": ",".join(e for endings in ENDINGS.values() for e in endings)}
        ),
        error_messages={"required": "Choose a file"},
    )
    kind = forms.ChoiceField(label="What it is", choices=Attachment.Kind.choices, widget=forms.RadioSelect)
    description = forms.CharField(label="Description", required=False, max_length=300)

    def __init__(self, *args: Any, may_see_prices: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_see_prices:
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                choice for choice in Attachment.Kind.choices if choice[0] != Attachment.Kind.CONTRACT
            ]


class RemoveForm(forms.Form):
    """Why a file is removed."""

    reason = forms.CharField(label="Reason", required=False, max_length=500)
