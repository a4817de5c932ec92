"""The words of the register: modalities, states, conditions. Codes are what is stored, labels what is read."""

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
