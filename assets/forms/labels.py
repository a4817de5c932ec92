"""How labels are wanted: on sheets or one by one, and from which label of the first sheet on."""

from django import forms

from assets.documents.labels import PER_SHEET, Layout


class LabelForm(forms.Form):
    """Layout and first free label. What is filtered for rides along in the address (see `labels_page`)."""

    layout = forms.ChoiceField(
        label="How to print them",
        choices=[(layout.value, layout.label) for layout in Layout],
        initial=Layout.SHEET.value,
        widget=forms.RadioSelect,
    )
    begin = forms.IntegerField(
        label="First free label of the first sheet",
        help_text=f"1 for a new sheet. Labels are counted in rows of three, up to {PER_SHEET}",
        required=False,
        min_value=1,
        max_value=PER_SHEET,
        initial=1,
    )

    def clean_begin(self) -> int:
        return self.cleaned_data["begin"] or 1
