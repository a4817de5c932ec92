"""Makers and models as registers write them, with the years in which the demonstration lets them be installed.

The years and support lives are made up to be plausible; they are no statement of any maker.
"""

from dataclasses import dataclass
from random import Random

from assets.domain.vocabulary import Modality

_STILL = 9999
_SIEMENS_OLD = ("SIEMENS", "Siemens", "Siemens Healthcare")
_SIEMENS = ("SIEMENS", "Siemens Healthineers", "Siemens Healthineers")
_GE_OLD = (*("GE MEDICAL SYSTEMS", "GE Medical Systems", "GE") * 3, "GE MEDICAL S]STEMS")
_GE = ("GE MEDICAL SYSTEMS", "GE HEALTHCARE", "GE Healthcare", "GE HealthCare")
_PHILIPS_OLD = ("Philips Medical Systems", "Philips")
_PHILIPS = ("Philips Medical Systems", "Philips Healthcare", "PHILIPS")
_TOSHIBA = ("TOSHIBA", "TOSHIBA_MEC", "Toshiba Medical Systems")
_CANON = ("Canon Medical Systems", "CANON_MEC")
_HOLOGIC = ("HOLOGIC, Inc.", "Hologic")
_LESS_COMMON = frozenset({"CT-CARD", "MRI-3T", "XR-FLU"})


@dataclass(frozen=True, slots=True)
class Model:
    """A model: how its maker is written, the standard specification it fits, and when it was installed."""

    specification: str
    makers: tuple[str, ...]
    name: str
    first_year: int
    last_year: int = _STILL

    def years_away(self, year: int) -> int:
        """How far a year lies outside those in which the model was installed; 0 within them."""
        return max(self.first_year - year, year - self.last_year, 0)


_MODELS: dict[Modality, tuple[Model, ...]] = {
    Modality.CT: (
        Model("CT-STD", _SIEMENS_OLD, "Sensation 16", 2002, 2008),
        Model("CT-STD", _SIEMENS_OLD, "Sensation 64", 2004, 2011),
        Model("CT-STD", _SIEMENS_OLD, "SOMATOM Definition AS", 2008, 2018),
        Model("CT-STD", _SIEMENS, "SOMATOM Definition Edge", 2012, 2022),
        Model("CT-STD", _SIEMENS, "SOMATOM go.Top", 2018),
        Model("CT-STD", _SIEMENS, "SOMATOM X.cite", 2020),
        Model("CT-CARD", _SIEMENS_OLD, "SOMATOM Definition Flash", 2009, 2017),
        Model("CT-CARD", _SIEMENS, "SOMATOM Force", 2014),
        Model("CT-STD", _GE_OLD, "LightSpeed VCT", 2005, 2013),
        Model("CT-STD", _GE_OLD, "Optima CT660", 2011, 2020),
        Model("CT-STD", _GE, "Revolution EVO", 2015),
        Model("CT-CARD", _GE_OLD, "Discovery CT750 HD", 2010, 2017),
        Model("CT-CARD", _GE, "Revolution Apex", 2019),
        Model("CT-STD", _PHILIPS_OLD, "Brilliance 64", 2005, 2013),
        Model("CT-STD", _PHILIPS, "Ingenuity CT", 2011, 2020),
        Model("CT-STD", _PHILIPS, "Incisive CT", 2018),
        Model("CT-STD", _TOSHIBA, "Aquilion PRIME", 2012, 2017),
        Model("CT-CARD", _TOSHIBA, "Aquilion ONE", 2008, 2017),
        Model("CT-STD", _CANON, "Aquilion Prime SP", 2018),
    ),
    Modality.MRI: (
        Model("MRI-15T", _SIEMENS_OLD, "Symphony", 2001, 2008),
        Model("MRI-15T", _SIEMENS_OLD, "Avanto", 2004, 2014),
        Model("MRI-15T", _SIEMENS, "Aera", 2010, 2021),
        Model("MRI-15T", _SIEMENS, "MAGNETOM Sola", 2018),
        Model("MRI-3T", _SIEMENS_OLD, "Verio", 2008, 2014),
        Model("MRI-3T", _SIEMENS, "Skyra", 2010, 2021),
        Model("MRI-3T", _SIEMENS, "MAGNETOM Vida", 2018),
        Model("MRI-15T", _GE_OLD, "SIGNA EXCITE", 2002, 2009),
        Model("MRI-15T", _GE_OLD, "Signa HDxt", 2008, 2014),
        Model("MRI-15T", _GE, "Optima MR450w", 2010, 2020),
        Model("MRI-15T", _GE, "SIGNA Artist", 2017),
        Model("MRI-3T", _GE, "DISCOVERY MR750w", 2011, 2020),
        Model("MRI-15T", _PHILIPS_OLD, "Achieva", 2004, 2014),
        Model("MRI-15T", _PHILIPS, "Ingenia", 2011, 2021),
        Model("MRI-15T", _PHILIPS, "Ingenia Ambition", 2018),
        Model("MRI-15T", _TOSHIBA, "Titan", 2009, 2017),
        Model("MRI-15T", _CANON, "Vantage Orian", 2018),
    ),
    Modality.XRAY: (
        Model("XR-DR", _PHILIPS_OLD, "Bucky Diagnost", 1985, 2004),
        Model("XR-DR", _PHILIPS_OLD, "DigitalDiagnost", 2002, 2016),
        Model("XR-DR", _PHILIPS, "DigitalDiagnost C90", 2017),
        Model("XR-DR", _SIEMENS_OLD, "Multix Top", 1995, 2008),
        Model("XR-DR", _SIEMENS_OLD, "Ysio", 2008, 2018),
        Model("XR-DR", _SIEMENS, "YSIO X.pree", 2020),
        Model("XR-DR", _GE_OLD, "Definium 8000", 2007, 2015),
        Model("XR-DR", _GE, "Discovery XR656", 2012, 2022),
        Model("XR-DR", ("CARESTREAM HEALTH", "Carestream"), "DRX-Evolution", 2009),
        Model("XR-DR", ("Agfa", "Agfa HealthCare"), "DX-D 600", 2012),
        Model("XR-DR", ("Samsung", "SAMSUNG"), "GC85A", 2015),
        Model("XR-MOB", _GE_OLD, "AMX 4+", 1990, 2008),
        Model("XR-MOB", ("CARESTREAM HEALTH", "Carestream"), "DRX-Revolution", 2012),
        Model("XR-MOB", _PHILIPS, "MobileDiagnost wDR", 2010, 2022),
        Model("XR-MOB", ("Shimadzu",), "MobileDaRt Evolution", 2008, 2019),
        Model("XR-MOB", ("FUJIFILM Corporation", "Fujifilm"), "FDR Go PLUS", 2018),
        Model("XR-FLU", _SIEMENS_OLD, "Axiom Iconos R200", 1998, 2008),
        Model("XR-FLU", _SIEMENS_OLD, "Axiom Luminos dRF", 2007, 2018),
        Model("XR-FLU", _TOSHIBA, "Ultimax-i", 2009, 2017),
        Model("XR-FLU", ("Shimadzu",), "Sonialvision G4", 2014),
    ),
    Modality.MAMMOGRAPHY: (
        Model("MG-TOMO", _SIEMENS_OLD, "Mammomat 3000", 1996, 2007),
        Model("MG-TOMO", _SIEMENS, "MAMMOMAT Inspiration", 2008, 2018),
        Model("MG-TOMO", _SIEMENS, "MAMMOMAT Revelation", 2018),
        Model("MG-TOMO", _HOLOGIC, "Selenia", 2004, 2012),
        Model("MG-TOMO", _HOLOGIC, "Selenia Dimensions", 2010, 2021),
        Model("MG-TOMO", _HOLOGIC, "3Dimensions", 2018),
        Model("MG-TOMO", _GE_OLD, "Senographe Essential", 2006, 2016),
        Model("MG-TOMO", _GE, "Senographe Pristina", 2017),
    ),
}


def choose_model(random: Random, modality: Modality, year: int) -> Model:
    """Return a model that could be installed in a year; where none could, one of those that come nearest."""
    models = _MODELS[modality]
    nearest = min(model.years_away(year) for model in models)
    possible = [model for model in models if model.years_away(year) == nearest]
    return random.choices(possible, [1 if model.specification in _LESS_COMMON else 2 for model in possible])[
        0
    ]
