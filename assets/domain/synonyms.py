"""The words people write for modalities and other choices, and for "not known". A word not listed is not guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from assets.domain.columns import compact
from assets.domain.facts import FACTS, Fact
from assets.domain.facts import Kind as FactKind
from assets.domain.vocabulary import Modality

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """A modality and, where the words say more than that, what its specification's name would have in it."""

    modality: Modality
    subtype: str = ""


def _table(words: Mapping[T, str]) -> dict[str, T]:
    return {compact(word): meaning for meaning, listed in words.items() for word in listed.split(", ")}


_KINDS = _table(
    {
        Kind(
            Modality.CT
        ): "CT, CAT, CT scanner, CAT scanner, CT scan, CAT scan, computed tomography, computerised tomography, computed tomography scanner, computed axial tomography, CT system, CT machine",
        Kind(
            Modality.MRI
        ): "MRI, MR, MR scanner, MRI scanner, MRI scan, magnetic resonance, magnetic resonance imaging, magnetic resonance scanner, NMR, MRI system, MR system, MRI machine",
        Kind(
            Modality.XRAY
        ): "XR, X-ray, Xray, X-rays, X-ray machine, X-ray room, X-ray system, X-ray unit, X-ray equipment, plain film, plain film X-ray, plain X-ray, radiography, RG, DX, digital X-ray, static X-ray",
        Kind(Modality.XRAY, "general"): "general X-ray, general radiography, general X-ray room",
        Kind(
            Modality.XRAY, "DR"
        ): "DR, digital radiography, direct radiography, direct digital radiography, DR room, DR X-ray, DR system, X-ray DR",
        Kind(Modality.XRAY, "CR"): "CR, computed radiography, CR X-ray, CR system, X-ray CR",
        Kind(
            Modality.XRAY, "fluoroscopy"
        ): "fluoroscopy, fluoro, RF, R/F, X-ray fluoroscopy, fluoroscopy X-ray, fluoroscopy room, radio-fluoroscopy, screening room",
        Kind(
            Modality.XRAY, "mobile"
        ): "mobile X-ray, mobile DR, portable X-ray, X-ray mobile, mobile radiography, mobile X-ray unit, mobile X-ray machine",
        Kind(
            Modality.MAMMOGRAPHY
        ): "MG, mammo, mammography, mammogram, mammograph, mammography unit, mammography system, mammography machine, mammography X-ray, breast screening, breast X-ray, digital mammography, FFDM, mammo unit",
        Kind(
            Modality.MAMMOGRAPHY, "tomosynthesis"
        ): "DBT, tomosynthesis, breast tomosynthesis, digital breast tomosynthesis, 3D mammography",
    }
)
_YES_OR_NO = _table({True: "yes, y, true, 1", False: "no, n, false, 0"})
_WORDS: dict[str, dict[str, str]] = {
    fact.key: {compact(label): code for code, label in fact.words.items()}
    | {compact(code): code for code in fact.words}
    | _table(fact.spellings)
    for fact in FACTS
    if fact.kind is FactKind.CHOICE
}
_NOT_KNOWN = _table(
    {
        True: "n/k, nk, unknown, not known, unk, n/a, na, not applicable, tbc, tba, to be confirmed, none, nil, null, blank, not recorded, not available, no data, no record, don't know, do not know"
    }
)
# "MRI 1.5T" and "64 slice CT": the strength of a magnet and the number of slices say nothing about the modality.
_SIZE = re.compile(r"\b\d(?:\.\d)?\s*(?:t|tesla)\b|\b\d{1,3}[\s\-]*slices?\b", re.IGNORECASE | re.ASCII)
_FIGURE = re.compile(r"[1-9]")
_ONLY_NOUGHTS = re.compile(r"0{3,}")
_LONGEST = 80


def kind_of(text: str) -> Kind | None:
    """Return the modality that words name ("CT scanner", "MR", "mammo"), with its subtype; None where they name none."""
    if len(text) > _LONGEST:
        return None
    return _KINDS.get(compact(text)) or _KINDS.get(compact(_SIZE.sub(" ", text)))


def word_of(fact: Fact, text: str) -> str | None:
    """Return the code of the choice that words name ("decommissioned" as a status); None where they name none."""
    return _WORDS[fact.key].get(compact(text)) if len(text) <= _LONGEST else None


def yes_or_no(text: str) -> bool | None:
    """Return what words answer; None where they are neither yes nor no."""
    return _YES_OR_NO.get(compact(text)) if len(text) <= _LONGEST else None


def not_known(text: str) -> bool:
    """Say whether a cell says "not known" in one of the usual ways: empty, "n/k", "unknown", "-", "?", "TBC", "0000000"."""
    # No way of saying it has a figure in it, but for noughts: most cells are done with here.
    if len(text) > _LONGEST or _FIGURE.search(text):
        return False
    words = compact(text)
    if words:
        return words in _NOT_KNOWN or _ONLY_NOUGHTS.fullmatch(words) is not None
    # Letters outside the Latin alphabet leave no words either, but they say something.
    return not any(character.isalnum() for character in text)
