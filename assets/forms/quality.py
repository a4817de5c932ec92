"""What the findings of a trust's register are narrowed to."""

from collections.abc import Iterable, Mapping

from django import forms

from assets.domain.quality import Finding, FindingKind, Severity
from assets.domain.vocabulary import Modality
from assets.queries.quality import Examined


class QualityForm(forms.Form):
    """Kind, severity, modality and site; each may be left open."""

    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "All kinds"), *((k.value, k.label) for k in FindingKind)]
    )
    severity = forms.ChoiceField(
        label="Severity",
        required=False,
        choices=[("", "Serious and minor"), *((s.value, s.value.capitalize()) for s in Severity)],
    )
    modality = forms.ChoiceField(
        label="Modality",
        required=False,
        choices=[("", "All modalities"), *((m.value, m.label) for m in Modality)],
    )
    site = forms.ChoiceField(label="Site", required=False)

    def __init__(self, query: Mapping[str, str], *, machines: Iterable[Examined]) -> None:
        super().__init__(dict(query))
        sites = {str(machine.site_id): machine.site_name for machine in machines}
        by_name = sorted(sites.items(), key=lambda site: site[1].casefold())
        self.fields["site"].choices = [("", "All sites"), *by_name]  # type: ignore[attr-defined]

    def takes(self, machine: Examined, finding: Finding) -> bool:
        """Say whether a finding is among those asked for. Only of a valid form."""
        asked = self.cleaned_data
        return (
            asked["kind"] in ("", finding.kind)
            and asked["severity"] in ("", finding.severity)
            and asked["modality"] in ("", machine.modality)
            and asked["site"] in ("", str(machine.site_id))
        )
