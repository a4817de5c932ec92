"""The words of the register: modalities, states, conditions, ownership and the like. Codes are what is stored, labels what is read."""

from enum import StrEnum


class Modality(StrEnum):
    """What kind of machine it is."""

    CT = "CT"
    MRI = "MRI"
    XRAY = "XR"
    MAMMOGRAPHY = "MG"

    @property
    def label(self) -> str:
        return {"CT": "CT", "MRI": "MRI", "XR": "X-ray", "MG": "Mammography"}[self.value]


class Status(StrEnum):
    """Whether it is in the fleet. Only machines in use or standby are counted; retired ones are kept as history."""

    IN_USE = "in_use"
    STANDBY = "standby"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        return {"in_use": "In use", "standby": "Standby", "retired": "Retired"}[self.value]


IN_FLEET = (Status.IN_USE, Status.STANDBY)


class Condition(StrEnum):
    """How it is, in its keeper's judgement."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    NOT_KNOWN = ""

    @property
    def label(self) -> str:
        return {"good": "Good", "fair": "Fair", "poor": "Poor", "": "Not known"}[self.value]


class Precision(StrEnum):
    """How much of a date is known. The date stored is the first day that the known part allows."""

    DAY = "D"
    MONTH = "M"
    YEAR = "Y"
    NOT_KNOWN = ""

    @property
    def label(self) -> str:
        return {"D": "Exact day", "M": "Month and year", "Y": "Year only", "": "Not known"}[self.value]


PRECISIONS: list[tuple[str, str]] = [(precision.value, precision.label) for precision in Precision]
"""How much of a date is known, as code and label."""


class Subtype(StrEnum):
    """What kind of X-ray machine it is. Other modalities have none."""

    GENERAL = "general"
    FLUOROSCOPY = "fluoroscopy"
    MOBILE = "mobile"
    NOT_KNOWN = ""

    @property
    def label(self) -> str:
        return {
            "general": "General",
            "fluoroscopy": "Fluoroscopy",
            "mobile": "Mobile",
            "": "Not known",
        }[self.value]


class Detector(StrEnum):
    """How an X-ray or mammography machine takes its picture."""

    DR = "DR"
    CR = "CR"
    NOT_KNOWN = ""

    @property
    def label(self) -> str:
        return {"DR": "Digital (DR)", "CR": "Computed (CR)", "": "Not known"}[self.value]


class Ownership(StrEnum):
    """Whose it is. A mobile one comes in a trailer and is hired."""

    OWNED = "owned"
    LEASED = "leased"
    PFI = "pfi"
    MANAGED_SERVICE = "managed"
    CHARITY = "charity"
    MOBILE = "mobile"
    NOT_KNOWN = ""

    @property
    def label(self) -> str:
        return {
            "owned": "Owned",
            "leased": "Leased",
            "pfi": "PFI",
            "managed": "Managed service",
            "charity": "Given by a charity",
            "mobile": "Mobile hire",
            "": "Not known",
        }[self.value]


class QualityResult(StrEnum):
    """The result of its last quality assurance test."""

    PASSED = "pass"
    REMEDIAL = "remedial"
    FAILED = "fail"
    NOT_KNOWN = ""

    @property
    def label(self) -> str:
        return {
            "pass": "Passed",
            "remedial": "At remedial level",
            "fail": "Failed or at suspension level",
            "": "Not known",
        }[self.value]


class Technology(StrEnum):
    """How its dose control and imaging compare with a machine bought today."""

    CURRENT = "current"
    BEHIND = "behind"
    FAR_BEHIND = "far"
    NOT_KNOWN = ""

    @property
    def label(self) -> str:
        return {
            "current": "As a new one",
            "behind": "Somewhat behind",
            "far": "Far behind",
            "": "Not known",
        }[self.value]


class Funding(StrEnum):
    """Whether there is money to replace it."""

    NONE = "none"
    BID = "bid"
    FUNDED = "funded"
    NOT_NEEDED = "not_needed"
    NOT_KNOWN = ""

    @property
    def label(self) -> str:
        return {
            "none": "No plan",
            "bid": "Bid made",
            "funded": "Funded",
            "not_needed": "Will not be replaced",
            "": "Not known",
        }[self.value]


class SupportSource(StrEnum):
    """Where its end of support comes from."""

    MODEL = "model"
    OWN = "own"
    NOT_KNOWN = ""

    @property
    def label(self) -> str:
        return {
            "model": "The catalogue of models",
            "own": "Stated for this machine",
            "": "Not known",
        }[self.value]
