"""What the list of sites and their need can be narrowed by, and its orders."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms

from assets.domain.vocabulary import Modality
from networks.models import Organisation
from procurement.models import Service
from procurement.queries.site_need import SiteNeed

EVERY_SERVICE = "all"
_SERVICES = [(Service.CAPACITY.value, Service.CAPACITY.label)]
_SERVICES += [(service.value, service.label) for service in Service if service is not Service.CAPACITY]
_KNOWN_FIRST: dict[str, Callable[[SiteNeed], Any]] = {
    "need": lambda row: row.need.points,
    "density": lambda row: row.demand.density.figure,
    "trust_use": lambda row: row.demand.trust.each,
    "distance": lambda row: row.demand.nearest.km,
}
_ALWAYS: dict[str, Callable[[SiteNeed], Any]] = {
    "site": lambda row: row.site.name,
    "trust": lambda row: (row.site.trust, row.site.name),
    "known": lambda row: row.need.known_percent,
}
USUAL_SORT = "-need"


class NetworkForm(forms.Form):
    """Which network a page is about; of several that the reader sees whole, the first to begin with."""

    network = forms.ChoiceField(label="Imaging network", required=False)

    def __init__(self, query: Mapping[str, Any], *, networks: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(query, **kwargs)
        self._networks = {str(network.pk): network for network in networks}
        self.fields["network"].choices = [(pk, n.name) for pk, n in self._networks.items()]  # type: ignore[attr-defined]
        if len(self._networks) < 2:
            del self.fields["network"]

    @property
    def of(self) -> Organisation:
        """The network asked for, else the first. There is one at least."""
        asked = self._networks.get(str(self.data.get("network", "")))
        return asked or next(iter(self._networks.values()))


class NeedForm(NetworkForm):
    """By service, modality, trust and words of the site's name, and whether the site has a scanner already."""

    service = forms.ChoiceField(
        label="For",
        required=False,
        choices=[*_SERVICES, (EVERY_SERVICE, "each of these")],
        help_text="The measures weigh differently for each",
    )
    trust = forms.ChoiceField(label="Trust", required=False)
    site = forms.CharField(label="Site", required=False, max_length=200)
    standing = forms.ChoiceField(
        label="On the site now",
        required=False,
        choices=[("", "Any"), ("none", "None of the modality"), ("some", "One or more")],
    )
    modality = forms.MultipleChoiceField(
        label="Modality",
        required=False,
        choices=[(m.value, m.label) for m in Modality],
        widget=forms.CheckboxSelectMultiple,
    )

    def offer(self, rows: Iterable[SiteNeed]) -> None:
        """Let the trusts of some rows be chosen."""
        trusts = sorted({(row.site.trust, str(row.site.trust_id)) for row in rows})
        self.fields["trust"].choices = [("", "All trusts"), *((pk, name) for name, pk in trusts)]  # type: ignore[attr-defined]

    def chosen(self, rows: Iterable[SiteNeed]) -> list[SiteNeed]:
        """Return the rows that the filters leave, in the order asked for; a wrong filter leaves all."""
        self.is_valid()
        asked = self.cleaned_data
        service = asked.get("service") or Service.CAPACITY.value
        words = (asked.get("site") or "").casefold()
        kept = [
            row
            for row in rows
            if service in (EVERY_SERVICE, row.service)
            and words in row.site.name.casefold()
            and (not asked.get("modality") or row.modality.value in asked["modality"])
            and (not asked.get("trust") or str(row.site.trust_id) == asked["trust"])
            and (not asked.get("standing") or (asked["standing"] == "some") is row.demand.nearest.is_on_site)
        ]
        return in_order(kept, str(self.data.get("sort", "")))


def in_order(rows: list[SiteNeed], sort: str) -> list[SiteNeed]:
    """Return rows in the order of `?sort=`; what is not known stands last either way, equals by need and name."""
    rows = sorted(rows, key=lambda row: (-(row.need.points or 0), row.site.name, row.modality, row.service))
    word, falling = sort.removeprefix("-"), sort.startswith("-")
    if word not in _KNOWN_FIRST and word not in _ALWAYS:
        word, falling = "need", True
    of = (_KNOWN_FIRST | _ALWAYS)[word]
    known = [row for row in rows if of(row) is not None]
    unknown = [row for row in rows if of(row) is None]
    return [*sorted(known, key=of, reverse=falling), *unknown]
