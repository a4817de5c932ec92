"""Choosing a file to import, and for which trust."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from assets.domain.register import TrustName
from assets.imports.register_file import too_large


class ImportForm(forms.Form):
    """A file, and the trust where there is a choice. What is in the file is judged by the import itself."""

    trust = forms.ChoiceField(label="Trust", help_text="The trust whose machines the file lists")
    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        help_text="An Excel workbook (.xlsx) or a CSV file, as it is: titles above the headings and other columns do no harm",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Choose a file"},
    )

    def __init__(self, *args: Any, trusts: Sequence[TrustName], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._trusts = {str(trust.id): trust for trust in trusts}
        choice: Any = self.fields["trust"]
        choice.choices = [
            ("", "Choose a trust"),
            *((pk, t.name) for pk, t in self._trusts.items()),
        ]
        if len(trusts) == 1:
            del self.fields["trust"]

    @property
    def trust_id(self) -> int:
        """The trust chosen, or the only one there is."""
        if len(self._trusts) == 1:
            return next(iter(self._trusts.values())).id
        return int(self.cleaned_data["trust"])

    def clean_file(self) -> UploadedFile:
        """Refuse a file for its size before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(str(too_large(file.size or 0, settings.UPLOAD_MAX_BYTES)))
        return file
