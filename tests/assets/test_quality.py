"""Completeness and findings of one machine's record."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.completeness import Completeness, completeness, missing_facts, wanted_facts
from assets.domain.facts import BY_KEY, FACTS, Kind
from assets.domain.quality import Finding, FindingKind, Machine, Severity, findings, quality_rules
from assets.domain.vocabulary import Modality

ON = date(2026, 11, 24)
TEXTS = {Kind.TEXT, Kind.CHOICE}


def facts(modality: str = "CT", **said: Any) -> dict[str, Any]:
    """A machine of which everything is known and right, but for what is said."""
    known: dict[str, Any] = {name: None for fact in FACTS for name in fact.fields}
    known |= {
        "manufacturer": "Siemens Healthineers",
        "model_name": "SOMATOM go.Top",
        "serial_number": "SN1",
        "year_of_manufacture": 2018,
        "installed_on": date(2018, 4, 1),
        "support_ends_on": date(2029, 3, 31),
        "location": "CT 1",
        "asset_tag": "T1",
        "ownership": "owned",
        "maintenance_ends_on": date(2027, 3, 31),
        "condition": "good",
        "examinations_per_year": 12_000,
        "is_networked": False,
        "status": "in_use",
        "verified_on": date(2026, 5, 1),
        "modality": modality,
        "price_paid_pence": 60_000_000,
    }
    return known | said


def found(machine: dict[str, Any], **more: Any) -> tuple[Finding, ...]:
    return findings(Machine(machine, **more), on=ON)


def test_a_whole_record_is_complete_and_has_no_findings() -> None:
    assert completeness(facts(), Modality.CT).percent == 100
    assert found(facts()) == ()


def test_no_is_known_and_nought_is_known() -> None:
    assert "is_networked" not in {f.key for f in missing_facts(facts(is_networked=False), Modality.CT)}
    assert "examinations_per_year" not in {
        f.key for f in missing_facts(facts(examinations_per_year=0), Modality.CT)
    }


def test_facts_of_other_kinds_are_not_wanted() -> None:
    wanted = {modality: {fact.key for fact in wanted_facts(modality)} for modality in Modality}
    assert "subtype" in wanted[Modality.XRAY]
    assert "subtype" not in wanted[Modality.CT]
    assert "is_nhsbsp_evaluated" in wanted[Modality.MAMMOGRAPHY]
    for modality, keys in wanted.items():
        assert all(BY_KEY[key].is_of(modality) and not BY_KEY[key].is_price for key in keys)


@given(st.sampled_from(Modality), st.data())
def test_completeness_is_the_weight_known_of_the_weight_there_is(
    modality: Modality, data: st.DataObject
) -> None:
    wanted = wanted_facts(modality)
    lacking = data.draw(st.sets(st.sampled_from([fact.key for fact in wanted])))
    machine = facts(modality.value, subtype="general", detector="DR", is_nhsbsp_evaluated=True)
    machine |= {key: "" if BY_KEY[key].kind in TEXTS else None for key in lacking}
    got = completeness(machine, modality)
    known = sum(fact.weight for fact in wanted if fact.key not in lacking)
    assert (got.known, got.whole) == (known, sum(fact.weight for fact in wanted))
    assert (got.percent == 100) == (not lacking)
    assert {f.field for f in found(machine) if f.kind is FindingKind.MISSING} == lacking


def test_completeness_adds_up_and_of_nothing_is_not_known() -> None:
    assert Completeness(1, 2) + Completeness(3, 4) == Completeness(4, 6)
    assert Completeness().words == "not known"
    assert Completeness(1_999, 2_000).words == "99% (1,999 of 2,000 points)"


@pytest.mark.parametrize(
    ("said", "more", "field", "key", "severity"),
    [
        (
            {"installed_on": date(2001, 11, 23), "year_of_manufacture": 2001},
            {},
            "installed_on",
            "very_old",
            "minor",
        ),
        ({"support_ends_on": date(2017, 1, 1)}, {}, "support_ends_on", "cannot_be", "serious"),
        ({"year_of_manufacture": 2014}, {}, "year_of_manufacture", "made_long_before", "minor"),
        ({"year_of_manufacture": 2019}, {}, "year_of_manufacture", "cannot_be", "serious"),
        ({"price_paid_pence": 4_000_000}, {}, "price_paid_pence", "price_out_of_range", "minor"),
        ({"examinations_per_year": 99}, {}, "examinations_per_year", "examinations_out_of_range", "minor"),
        ({}, {"model_modality": "MR"}, "modality", "model_of_another_kind", "serious"),
        ({}, {"is_serial_elsewhere": True}, "serial_number", "serial_elsewhere", "serious"),
        ({}, {"is_site_of_another_trust": True}, "site", "site_of_another_trust", "serious"),
    ],
)
def test_implausible_facts(
    said: dict[str, Any], more: dict[str, Any], field: str, key: str, severity: str
) -> None:
    of_kind = [f for f in found(facts(**said), **more) if f.kind is FindingKind.IMPLAUSIBLE]
    assert [(f.field, f.key, f.severity) for f in of_kind] == [(field, key, Severity(severity))]
    assert of_kind[0].words.endswith((".", "usual."))


def test_what_is_only_just_plausible_is_not_asked_about() -> None:
    assert found(facts(installed_on=date(2001, 11, 24), year_of_manufacture=2001)) == ()
    assert found(facts(year_of_manufacture=2015)) == ()
    assert found(facts(year_of_manufacture=2010, is_refurbished=True)) == ()
    assert found(facts(examinations_per_year=0, status="standby")) == ()
    least, most = quality_rules().prices[Modality.CT]
    assert found(facts(price_paid_pence=100 * least)) == found(facts(price_paid_pence=100 * most)) == ()


def test_stale_facts() -> None:
    def keys(**said: Any) -> list[str]:
        return [f.key for f in found(facts(**said)) if f.kind is FindingKind.STALE]

    assert keys(verified_on=None) == ["never_checked"]
    assert keys(verified_on=date(2025, 11, 23)) == ["not_checked_lately"]
    assert keys(verified_on=date(2025, 11, 24)) == []
    assert keys(support_ends_on=date(2026, 6, 30)) == ["support_passed"]
    assert keys(support_ends_on=date(2026, 4, 30)) == []  # checked since
    assert keys(support_ends_on=date(2026, 6, 30), status="standby") == []


def test_of_a_retired_machine_only_its_day_is_asked_for() -> None:
    assert [f.key for f in found(facts(status="retired", manufacturer=""))] == ["retired_without_date"]
    assert found(facts(status="retired", retired_on=date(2025, 1, 1))) == ()


def test_only_findings_about_money_are_about_prices() -> None:
    assert found(facts(price_paid_pence=1_00))[0].is_price
    assert not any(f.is_price for f in found(facts(manufacturer="", serial_number="")))
