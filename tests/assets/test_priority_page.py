"""The worked examples of docs/algorithms/priority.md are what the code says."""

from datetime import date
from decimal import Decimal

from assets.domain.clocks import MachineLife
from assets.domain.priority import assess, ranked
from assets.domain.priority_gates import GateKind
from assets.domain.priority_marks import MachineFacts
from assets.domain.priority_rules import Criterion, priority_rules_on
from assets.domain.rank_stability import rank_stability
from assets.domain.vocabulary import Condition, Modality, QualityResult, Technology
from tests.assets.test_ageing_page import day
from tests.builders.doc_tables import DOCS, tables_of

PAGE = DOCS / "algorithms" / "priority.md"
rows = tables_of(PAGE)
NOW = date(2026, 11, 24)


def known(text):
    return None if text == "not known" else text


def number(text):
    return int(text.replace(",", "").replace("£", "")) if known(text) else None


def yes_no(text):
    return {"yes": True, "no": False, "not known": None}[text]


def the_machine():
    facts = dict(rows("fact", "value"))
    return MachineFacts(
        MachineLife(
            Modality(facts["modality"]),
            installed_on=day(facts["installed"])[0],
            support_ends_on=day(facts["end of support"])[0],
            examinations_per_year=number(facts["examinations a year"]),
        ),
        downtime_hours=number(facts["downtime, hours a year"]),
        hours_per_week=number(facts["hours of use a week"]),
        uptime_target_percent=Decimal(facts["uptime target"]),
        is_only_one_on_site=yes_no(facts["only one on site"]),
        is_emergency=yes_no(facts["emergencies"]),
        technology=Technology(facts["dose and technology"]),
        maintenance_cost_pence=100 * number(facts["maintenance a year"]),
        replacement_price_pence=100 * number(facts["replacement price"]),
        qa_result=QualityResult(facts["quality assurance"]),
        has_safety_notice=yes_no(facts["safety notice"]),
        is_networked=yes_no(facts["on the network"]),
        operating_system_ends_on=day(facts["operating system supported until"])[0],
    )


def test_the_criteria_and_weights_are_the_files():
    table = rows("criterion", "weight", "points", "needs")
    weights = priority_rules_on(NOW).weights
    assert [row[:2] for row in table] == [[c.label, str(weights.of(c))] for c in Criterion]


def test_the_formulas_name_the_numbers_of_the_file():
    rules, said = (
        priority_rules_on(NOW),
        {row[0]: row[2] for row in rows("criterion", "weight", "points", "needs")},
    )
    (first, soon), (second, later) = rules.support_steps
    assert said[Criterion.AGE.label].endswith(f"to 100 at {rules.highest_at_percent_of_life}% of it")
    assert said[Criterion.SUPPORT.label] == (
        f"ended {rules.support_ended}; ends within {first} months {soon}, within {second} months {later}; "
        f"later {rules.support_later}"
    )
    assert f"100 at {rules.highest_at_downtime_percent}%;" in said[Criterion.RELIABILITY.label]
    assert f"100 at {rules.highest_at_shortfall_percent} percentage" in said[Criterion.RELIABILITY.label]
    assert f"site {rules.only_one_on_site}," in said[Criterion.CRITICALITY.label]
    assert said[Criterion.CRITICALITY.label].endswith(f"night {rules.emergency}")
    assert said[Criterion.TECHNOLOGY.label] == "as a new one {}, somewhat behind {}, far behind {}".format(
        *rules.technology.values()
    )
    assert said[Criterion.COST.label].endswith(f"at {rules.highest_at_percent_of_price}%")
    assert "fair {fair}, poor {poor}".format(
        **{c.value: points for c, points in rules.condition.items()}
    ) in PAGE.read_text(encoding="utf-8")


def test_the_marks_of_the_example():
    found = assess(the_machine(), on=NOW)
    assert [
        [c.criterion.label, c.mark.points, f"{c.mark.known_percent}%", c.points] for c in found.contributions
    ] == [
        [criterion, points, part, adds]
        for criterion, _, points, part, adds in rows("criterion", "how", "points", "known", "adds")
    ]


def test_the_answers_of_the_example():
    found = assess(the_machine(), on=NOW)
    assert rows("answer", "value") == [
        ["score", found.score],
        ["completeness", f"{found.completeness_percent}%"],
        ["interval", found.interval],
        ["open gates", " ".join(gate.words for gate in found.open_gates)],
        ["gates not known", " ".join(gate.words for gate in found.unknown_gates)],
    ]


def test_the_gates_are_those_of_the_page():
    assert {row[0] for row in rows("gate", "open when", "not known when")} == {
        kind.label for kind in GateKind
    }


def test_the_ranks_of_the_example():
    heads = ("machine", "installed", "end of support", "condition", "dose and technology", "safety notice")
    fleet = {
        name: assess(
            MachineFacts(
                MachineLife(Modality.CT, installed_on=day(installed)[0], support_ends_on=day(support)[0]),
                condition=Condition(known(condition) or ""),
                technology=Technology(known(technology) or ""),
                has_safety_notice=yes_no(notice),
            ),
            on=NOW,
        )
        for name, installed, support, condition, technology, notice in rows(*heads)
    }
    stable = rank_stability(fleet, move_by_percent=20, top=10)
    found = []
    for name in ranked(fleet):
        machine, place = fleet[name], stable.ranges[name]
        complete = f"{machine.completeness_percent}%"
        ranks = f"{place.best} to {place.worst}"
        found.append([name, str(place.rank), machine.score, complete, machine.interval, ranks])
    assert found == rows("machine", "rank", "score", "completeness", "interval", "best and worst rank")
