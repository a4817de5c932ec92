"""The gates of the priority score: open, shut, or not known."""

from datetime import date, timedelta

import pytest

from assets.domain.clocks import MachineLife
from assets.domain.priority_gates import GateKind, gates
from assets.domain.priority_marks import MachineFacts
from assets.domain.priority_rules import priority_rules_on
from assets.domain.vocabulary import Modality, QualityResult
from assets.queries.due import SUPPORT_MONTHS

NOW = date(2026, 11, 24)


def gate(kind, **facts):
    machine = MachineFacts(MachineLife(Modality.CT, support_ends_on=facts.pop("support", None)), **facts)
    return next(g for g in gates(machine, on=NOW, rules=priority_rules_on(NOW)) if g.kind is kind).is_open


@pytest.mark.parametrize(
    ("facts", "is_open"),
    [
        ({}, None),
        ({"qa_result": QualityResult.FAILED}, True),
        ({"qa_result": QualityResult.FAILED, "qa_on": NOW + timedelta(days=1)}, None),
        ({"qa_result": QualityResult.REMEDIAL}, False),
        ({"qa_result": QualityResult.PASSED, "qa_on": NOW}, False),
    ],
)
def test_quality_assurance_is_a_gate(facts, is_open):
    assert gate(GateKind.QA_FAILED, **facts) is is_open


@pytest.mark.parametrize("value", [None, True, False])
def test_a_safety_notice_is_a_gate(value):
    assert gate(GateKind.SAFETY_NOTICE, has_safety_notice=value) is value


@pytest.mark.parametrize(
    ("support", "is_open"),
    [(None, None), (date(2020, 1, 1), True), (date(2028, 11, 23), True), (date(2028, 11, 24), False)],
)
def test_support_that_cannot_be_outlived_is_a_gate(support, is_open):
    assert gate(GateKind.SUPPORT_ENDS, support=support) is is_open


@pytest.mark.parametrize(
    ("networked", "ends_on", "is_open"),
    [
        (True, NOW - timedelta(days=1), True),
        (True, NOW, False),
        (True, None, None),
        (None, NOW - timedelta(days=1), None),
        (None, NOW, False),
        (None, None, None),
        (False, NOW - timedelta(days=1), False),
        (False, None, False),
    ],
)
def test_an_unsupported_operating_system_on_the_network_is_a_gate(networked, ends_on, is_open):
    assert (
        gate(GateKind.OPERATING_SYSTEM, is_networked=networked, operating_system_ends_on=ends_on) is is_open
    )


def test_the_lead_time_is_that_of_the_first_page():
    """One length of time for "support ends soon", wherever it is said."""
    assert priority_rules_on(NOW).lead_time_months == SUPPORT_MONTHS
