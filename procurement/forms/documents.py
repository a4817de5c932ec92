"""Forms for documents."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from networks.forms.sorting import SortFilter
from procurement.models import Document, PlanVersion


class DocumentFilter(django_filters.FilterSet):
    """What the documents can be narrowed by."""

    kind = django_filters.MultipleChoiceFilter(
        choices=Document.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    version = django_filters.ModelChoiceFilter(queryset=PlanVersion.objects.none(), label="Plan version")
    sort = SortFilter(fields={"made_at": "made", "title": "title", "size_bytes": "size"})

    class Meta:
        model = Document
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, versions: QuerySet[PlanVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["version"].queryset = versions
        self.form.fields["version"].queryset = versions


class CapitalPlanForm(forms.Form):
    """Of what a capital plan is made: the whole network (where one may see it) or one trust's part."""

    about = forms.ChoiceField(label="What should the capital plan cover?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, whole: bool, network: str, trusts: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = sorted(trusts.items(), key=lambda item: item[1])
        choices = [(str(pk), name) for pk, name in parts]
        if whole:
            choices.insert(0, ("network", f"The whole network: {network}"))
        self.fields["about"].choices = choices  # type: ignore[attr-defined]
        if choices:
            self.fields["about"].initial = choices[0][0]
