"""docs/algorithms/siting.md, held to the code: its tables and every figure of its worked example."""

from decimal import Decimal

from procurement.domain.planning.exposure import exposure_points
from procurement.domain.planning.rules import planning_rules
from procurement.domain.site_need import Nearest, Use, need_of
from procurement.domain.siting_rules import Measured, siting_rules
from procurement.models import Service
from tests.builders.demand import a_demand, a_use
from tests.builders.doc_tables import DOCS, tables_of

PAGE = DOCS / "algorithms" / "siting.md"
table = tables_of(PAGE)
RULES = siting_rules()


def elm(**changed):
    given = {
        "machines": 8,
        "trust": a_use(each=13_500),
        "network": Use("the network", 12, 10, Decimal(120_000)),
        "nearest": Nearest(Decimal(20), "Ash Hospital"),
        "area": "the ICB",
    }
    return a_demand(**given | changed)


def test_the_worked_example_is_what_the_rule_gives():
    need = need_of(elm(), RULES.services["stroke"])
    rows = table("measure", "found", "score", "weight", "points")
    assert [[row[0], *row[2:]] for row in rows] == [
        [score.measured.label, f"{score.percent}%", str(score.weight), str(score.points)]
        for score in need.scores
    ]
    text = PAGE.read_text(encoding="utf-8")
    assert f"**{need.points}** a year" in text
    assert (elm().density.text, elm().density_after.text) == ("8.0", "9.0")
    assert "from 8.0 to 9.0 per million" in text
    less = need_of(elm(trust=Use("the trust", 2, 0, Decimal(0))), RULES.services["stroke"])
    assert (less.points, less.known_percent) == (658, 80)
    assert "the need 658 points, known to 80%" in text


def test_it_compares_with_a_machine_as_the_page_says():
    weights = planning_rules().weights
    of_twelve = exposure_points(12, guidance_years=10, support_ended=False, risk=0.0, weights=weights)
    assert of_twelve < need_of(elm(), RULES.services["stroke"]).points
    assert RULES.full_points == weights.support_ended_points


def test_the_tables_of_the_rule_are_the_rules():
    names = ("people for each scanner", "examinations, trust", "examinations, network", "distance")
    rows = table("service", *names, "own weight")
    assert rows == [
        [
            f"{Service(rule.key).label} ({', '.join(m.label for m in rule.modalities)})",
            *(str(rule.measures[m]) for m in Measured),
            f"{rule.weight_percent}%",
        ]
        for rule in RULES.services.values()
    ]
    measures = table("measure", "no need", "full need")
    assert (RULES.use.none_at, RULES.use.full_at) == (70, 110)
    assert measures[1][1:] == ["up to 70%", "from 110%"]
    assert (RULES.density.none_at, RULES.density.full_at) == (100, 50)
    distances = {m.value: (edges.none_at, edges.full_at) for m, edges in RULES.distance.items()}
    assert distances == {"CT": (5, 30), "MRI": (5, 40), "XR": (2, 20), "MG": (5, 30)}
    assert measures[3][1:] == ["up to 5 (X-ray 2)", "from 30 (MRI 40, X-ray 20)"]
    capacities = ", ".join(
        f"{modality.label if place != 3 else 'mammography'} {found.examinations:,}{' examinations a year' if not place else ''}"
        for place, (modality, found) in enumerate(RULES.capacity.items())
    )
    assert f"{capacities}." in PAGE.read_text(encoding="utf-8")
