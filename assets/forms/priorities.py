"""What the priority list can be narrowed to. The address holds it all, so it can be kept and sent."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from assets.domain.vocabulary import Modality
from assets.forms.filter_fields import WrittenDateField
from assets.queries.priorities import Known
from networks.domain.organisations import Structure

_LONG = 12
"""A filter with more choices than this is folded away until it is asked for."""
OPEN, SHUT = "open", "none"


class PriorityFilter(forms.Form):
    """Modality, trust and network choose the machines that are ranked; the rest only which of them are listed."""

    modality = forms.MultipleChoiceField(
        label="Modality",
        required=False,
        choices=[(m.value, m.label) for m in Modality],
        widget=forms.CheckboxSelectMultiple,
    )
    network = forms.MultipleChoiceField(label="Network", required=False, widget=forms.CheckboxSelectMultiple)
    trust = forms.MultipleChoiceField(label="Trust", required=False, widget=forms.CheckboxSelectMultiple)
    gate = forms.ChoiceField(
        label="Gate",
        required=False,
        choices=[("", "Any"), (OPEN, "With an open gate"), (SHUT, "Without one")],
        widget=forms.RadioSelect,
    )
    known = forms.ChoiceField(
        label="How much is known",
        required=False,
        choices=[("", "Any"), *((known.value, known.label) for known in Known)],
        widget=forms.RadioSelect,
    )
    as_at = WrittenDateField(
        label="As at", required=False, help_text="Today, if left empty. For example, 31 March 2028"
    )

    def __init__(self, query: QueryDict, *, england: Structure, trust_ids: Collection[int]) -> None:
        """`trust_ids` are the trusts whose machines the person may see; only their networks are offered."""
        super().__init__(query)
        # Every filter may be left empty; saying so on each would be noise.
        self.mark_optional = False
        self._england, self._trust_ids = england, trust_ids
        trusts = {england.current(pk) for pk in trust_ids}
        networks = {network for pk in trusts if (network := england.network_of(pk)) is not None}
        self._offer("trust", trusts)
        self._offer("network", networks)

    def _offer(self, name: str, pks: Collection[int]) -> None:
        """Offer organisations by name; one to choose from is no choice."""
        if len(pks) < 2:
            del self.fields[name]
            return
        names = sorted((self._england.name(pk), str(pk)) for pk in pks)
        field: Any = self.fields[name]
        field.choices = [(pk, text) for text, pk in names]
        field.error_messages["invalid_choice"] = "Choose from the list"
        if len(pks) > _LONG:
            field.template_name = "assets/asset_filter_folded.html"

    def _chosen(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)

    def on(self, today: date) -> date:
        """Return the day that is asked for; today where none is."""
        return self._chosen("as_at") or today

    @property
    def modalities(self) -> list[str]:
        """The modalities to rank; none means all."""
        return self._chosen("modality") or []

    @property
    def chosen_trusts(self) -> frozenset[int] | None:
        """The trusts to rank, predecessors included; None means all."""
        trusts = {int(pk) for pk in self._chosen("trust") or ()}
        networks = {int(pk) for pk in self._chosen("network") or ()}
        if not trusts and not networks:
            return None
        england = self._england
        return frozenset(
            pk
            for pk in self._trust_ids
            if (not trusts or england.current(pk) in trusts)
            and (not networks or england.network_of(pk) in networks)
        )

    @property
    def chosen_known(self) -> Known | None:
        """How much has to be known; None for any."""
        value = self._chosen("known")
        return Known(value) if value else None

    @property
    def is_gated(self) -> bool | None:
        """True for machines with an open gate, False for those without, None for all."""
        return {OPEN: True, SHUT: False}.get(self._chosen("gate") or "")
