"""Choosing DICOM files to read, and the site where their devices stand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from assets.queries.places import Place


class DicomForm(forms.Form):
    """A ZIP of DICOM files, and the site. What is in the files is judged by their reader."""

    site = forms.ChoiceField(label="Site", help_text="Where new machines among them stand")
    file = forms.FileField(
        label="ZIP archive or DICOM file",
        allow_empty_file=True,
        help_text="One image of each machine is enough. Only what names the device is read",
        widget=forms.FileInput(attrs={"accept": ".zip,.dcm"}),
        error_messages={"required": "Choose a file"},
    )

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = {str(place.site_id): place for place in places}
        several = len({place.trust_id for place in places}) > 1
        field: Any = self.fields["site"]
        field.choices = [
            ("", "Choose a site"),
            *(
                (pk, f"{p.trust_name}: {p.site_name}" if several else p.site_name)
                for pk, p in self._places.items()
            ),
        ]

    @property
    def place(self) -> Place:
        """The site chosen; only of a valid form."""
        return self._places[self.cleaned_data["site"]]

    def clean_file(self) -> UploadedFile:
        """Refuse a file for its size before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (size := file.size or 0) > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                f"This file has {size / 1024**2:,.0f} MB; the largest taken is {settings.UPLOAD_MAX_BYTES / 1024**2:,.0f} MB. "
                "One image of each machine is enough; for a whole folder, have “manage.py read_dicom” run on the server."
            )
        return file
