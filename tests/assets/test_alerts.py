from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.alerts import (
    ENDS,
    Alert,
    AlertKind,
    Answer,
    Dates,
    alerts_of,
    alerts_on,
    distance_words,
    rules,
    state_of,
)
from assets.domain.digest import Frequency, first_day, period, usual_frequency
from assets.domain.months import months_after
from networks.domain.access import Role
from tests.oracles.alerts import due

ON = date(2026, 11, 24)
DAYS = st.dates(date(2010, 1, 1), date(2032, 12, 31))


def of(**dates: date) -> set[AlertKind]:
    return {alert.kind for alert in alerts_of(Dates(1, 1, **dates), on=ON)}


class TestWhatIsDue:
    @pytest.mark.parametrize("kind", ENDS)
    def test_from_its_lead_time_on_and_not_a_day_before(self, kind):
        last = months_after(ON, rules()[kind].lead_months)
        assert of(**{ENDS[kind]: last}) == {kind}
        assert of(**{ENDS[kind]: last + timedelta(days=1)}) == set()

    @pytest.mark.parametrize("kind", [k for k in ENDS if rules()[k].kept_months is not None])
    def test_until_it_is_long_past(self, kind):
        first = months_after(ON, -rules()[kind].kept_months)
        assert of(**{ENDS[kind]: first}) == {kind}
        assert of(**{ENDS[kind]: first - timedelta(days=1)}) == set()

    @pytest.mark.parametrize("kind", [AlertKind.SUPPORT, AlertKind.OPERATING_SYSTEM])
    def test_lost_support_stays_due_while_the_machine_is_there(self, kind):
        assert of(**{ENDS[kind]: date(1999, 1, 1)}) == {kind}

    def test_ten_years_old_in_the_months_around_it(self):
        assert of(installed_on=date(2017, 1, 15)) == {AlertKind.AGE}
        assert of(installed_on=date(2018, 1, 15)) == set()
        assert of(installed_on=date(2012, 1, 15)) == set()

    def test_nothing_known_is_nothing_due(self):
        assert of() == set()

    def test_the_soonest_first(self):
        machines = [
            Dates(1, 1, support_ends_on=date(2028, 1, 1)),
            Dates(2, 1, support_ends_on=date(2027, 1, 1), warranty_ends_on=date(2026, 12, 1)),
        ]
        assert [alert.key for alert in alerts_on(machines, on=ON)] == [
            "warranty-2-2026-12-01",
            "support-2-2027-01-01",
            "support-1-2028-01-01",
        ]

    @given(
        on=DAYS,
        dates=st.builds(
            Dates,
            st.just(1),
            st.just(1),
            **dict.fromkeys(["installed_on", *ENDS.values()], st.none() | DAYS),
        ),
    )
    def test_it_agrees_with_walking_day_by_day(self, on, dates):
        assert {(alert.kind, alert.due_on) for alert in alerts_of(dates, on=on)} == due(dates, on)

    def test_every_rule_says_where_it_comes_from_and_when_to_look_again(self):
        for kind, rule in rules().items():
            assert rule.source, kind
            assert rule.review_due_on > date(2026, 11, 24)


class TestWords:
    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (0, "today"),
            (1, "in 1 day"),
            (-1, "1 day ago"),
            (59, "in 59 days"),
            (60, "in 2 months"),
            (-400, "13 months ago"),
            (731, "in 24 months"),
            (732, "in 2 years"),
            (-7182, "19 years ago"),
        ],
    )
    def test_how_far_off(self, days, words):
        assert distance_words(ON + timedelta(days=days), ON) == words

    def test_what_and_when(self):
        assert Alert(ON, 1, AlertKind.WARRANTY, 1).words(ON) == "End of warranty, today"


class TestAnswers:
    def test_a_snooze_is_over_on_its_day(self):
        assert state_of(acknowledged=False, snoozed_until=ON, on=ON - timedelta(days=1)) is Answer.SNOOZED
        assert state_of(acknowledged=False, snoozed_until=ON, on=ON) is Answer.OPEN
        assert state_of(acknowledged=True, snoozed_until=None, on=ON) is Answer.ACKNOWLEDGED


class TestPeriods:
    def test_weeks_and_months_have_names(self):
        assert period(Frequency.WEEKLY, date(2027, 1, 1)) == "2026-W53"
        assert period(Frequency.MONTHLY, date(2027, 1, 1)) == "2027-01"
        with pytest.raises(ValueError, match="never"):
            period(Frequency.NEVER, ON)

    @given(on=DAYS, frequency=st.sampled_from([Frequency.WEEKLY, Frequency.MONTHLY]))
    def test_the_first_day_is_of_the_same_period_and_the_day_before_is_not(self, on, frequency):
        first = first_day(frequency, on)
        assert period(frequency, first) == period(frequency, on)
        assert period(frequency, first - timedelta(days=1)) != period(frequency, on)

    def test_those_who_act_are_told_unasked(self):
        assert usual_frequency(frozenset({Role.FINANCE, Role.EQUIPMENT_MANAGER})) is Frequency.WEEKLY
        assert usual_frequency(frozenset({Role.NATIONAL_ANALYST})) is Frequency.NEVER
