"""Forms for views of the equipment list."""

from django import forms
from django.http import QueryDict

_MOST_QUERY = 4_000
_NOT_KEPT = {"page", "view", "numbers", "format", "choose"}
"""What an address says of one visit only."""


def query_kept(text: str) -> str:
    """Return an address's query without what it says of one visit."""
    query = QueryDict(text[:_MOST_QUERY], mutable=True)
    for name in _NOT_KEPT:
        query.pop(name, None)
    return query.urlencode()


class ViewForm(forms.Form):
    """The name of a view, and whether others see it."""

    name = forms.CharField(label="Name", max_length=80, help_text="For example, CT due within two years")
    is_shared = forms.BooleanField(
        label="Share it with everybody who acts for my organisation",
        required=False,
        help_text="They see it under its name, with the machines that they may see",
    )


class NewViewForm(ViewForm):
    """A view to be kept; its address comes from the list."""

    query = forms.CharField(required=False, max_length=_MOST_QUERY, widget=forms.HiddenInput)

    def clean_query(self) -> str:
        return query_kept(self.cleaned_data["query"])
