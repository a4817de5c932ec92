"""The capital plan says who has agreed, in the PDF's first page and in the workbook."""

import io
import re

import openpyxl
import pytest

from networks.domain.access import Role
from procurement.documents.capital_plan import capital_plan_html
from procurement.documents.capital_plan_workbook import capital_plan_workbook
from procurement.models import PlanVersion
from procurement.queries.capital_plan import capital_plan
from tests.factories.networks import actor
from tests.factories.plans import Planned, ready_plan
from tests.procurement.plans.lives import answer, approve, finance_of, solved, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Planned:
    return ready_plan("Ash", "Beech", "Cedar")


@pytest.fixture
def version(made) -> PlanVersion:
    return solved(made)


def first_page(made: Planned, version: PlanVersion, **about: object) -> str:
    page = capital_plan_html(capital_plan(made.lead, version, **about))
    found = re.search(r"<strong>Agreement\.</strong>(.*?)</li>", page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def days(text: str) -> str:
    """A text without its days, which are those of today."""
    return re.sub(r"\d{1,2} [A-Z][a-z]+ \d{4}", "DAY", text)


def test_a_draft_says_so(made, version):
    assert first_page(made, version) == "A draft: not yet submitted to the trusts that take part."


def test_the_first_page_says_how_many_agree_and_names_each_trust_with_its_day(made, version):
    submit(made, version)
    answer(made, version, "Ash")
    answer(made, version, "Beech", agreed=False, note="BEECH-NOTE")
    assert days(first_page(made, version)) == (
        "Agreed by 1 of 3 trusts; submitted to them on DAY. The board has not approved it yet. "
        "Agree: Ash (DAY). Do not agree: Beech (DAY). No answer yet: Cedar."
    )
    assert first_page(made, version, trust=made.orgs["Ash"]) == first_page(made, version)


def test_an_approved_plan_says_which_board_approved_it(made, version):
    submit(made, version)
    for trust in ("Ash", "Beech", "Cedar"):
        answer(made, version, trust)
    approve(made, version)
    assert days(first_page(made, version)) == (
        "Approved by the board (Board of DAY; recorded DAY). Agreed by all 3 trusts. "
        "Agree: Ash (DAY), Beech (DAY), Cedar (DAY)."
    )


def test_a_superseded_plan_says_by_which(made, version):
    later = solved(made)
    for each in (version, later):
        submit(made, each)
        for trust in ("Ash", "Beech", "Cedar"):
            answer(made, each, trust)
        approve(made, each, **({"superseding_reason": "Moved"} if each is later else {}))
    assert days(first_page(made, version)).startswith(
        "Superseded by version 2 on DAY. Agreed by all 3 trusts"
    )


def test_the_workbook_says_the_same_and_no_note(made, version):
    submit(made, version)
    answer(made, version, "Ash", agreed=False, note="ASH-NOTE")
    plan = capital_plan(made.lead, version)
    sheet = openpyxl.load_workbook(io.BytesIO(capital_plan_workbook(plan)))["Summary"]
    facts = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert facts["Agreement"] == plan.agreement.headline
    assert facts["Agreement: Ash"].startswith("Does not agree, ")
    assert facts["Agreement: Beech"] == "No answer yet"
    assert not any("ASH-NOTE" in str(value) for value in facts.values())


def test_a_trusts_people_have_it_made_of_their_part_with_everybodys_answer(made, version):
    submit(made, version)
    answer(made, version, "Beech")
    plan = capital_plan(finance_of(made, "Ash"), version, trust=made.orgs["Ash"])
    assert [trust for trust, _ in plan.agreement.trusts] == ["Ash", "Beech", "Cedar"]
    assert capital_plan(actor(Role.FINANCE, made.orgs["Northern"]), version).agreement == plan.agreement
