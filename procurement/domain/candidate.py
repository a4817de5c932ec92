"""What a candidate for an additional machine may be, checked before anything is written."""

from dataclasses import dataclass

from assets.domain.vocabulary import Modality
from procurement.domain.plan import FIRST_YEARS, LARGEST_AMOUNT_PENCE, PlanInvalid
from procurement.domain.siting_rules import siting_rules

LONGEST_NAME, LONGEST_REASON = 120, 300


class CandidateInvalid(PlanInvalid):
    """What was given breaks a rule. `errors` maps a field's name to what is wrong; "" is the candidate as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateValues:
    """What people say of a candidate, apart from where and what it is. `service` is the key of a rule.

    `works_pence` are building works, fees and contingency, ex VAT; `wanted_from` is the financial year from which it is
    needed, None for now.
    """

    name: str
    service: str
    works_pence: int
    reason: str
    wanted_from: int | None = None

    def check(self, modality: Modality) -> None:
        """Raise CandidateInvalid, naming every field that is wrong for a machine of a modality."""
        errors = {field: words for field, is_wrong, words in self._rules(modality) if is_wrong}
        if errors:
            raise CandidateInvalid(errors)

    def _rules(self, modality: Modality) -> list[tuple[str, bool, str]]:
        name, reason = self.name.strip(), self.reason.strip()
        rule = siting_rules().services.get(self.service)
        fits = " or ".join(m.label for m in rule.modalities) if rule else ""
        return [
            ("name", not name, "Enter a name for the candidate."),
            (
                "name",
                len(name) > LONGEST_NAME,
                f"A name has at most {LONGEST_NAME} characters; this one has {len(name)}.",
            ),
            ("reason", not reason, "Say why it is wanted, for those who read the plan."),
            (
                "reason",
                len(reason) > LONGEST_REASON,
                f"A reason has at most {LONGEST_REASON} characters; this one has {len(reason)}.",
            ),
            ("service", rule is None, "Choose what the machine would be for."),
            (
                "service",
                rule is not None and modality not in rule.modalities,
                f"This service is done on {fits}: choose a specification of that, or another service.",
            ),
            (
                "works_pence",
                not 0 <= self.works_pence <= LARGEST_AMOUNT_PENCE,
                "Enter what the works cost, from £0 to £1bn.",
            ),
            (
                "wanted_from",
                self.wanted_from is not None and self.wanted_from not in FIRST_YEARS,
                "Choose the financial year from which it is needed.",
            ),
        ]
