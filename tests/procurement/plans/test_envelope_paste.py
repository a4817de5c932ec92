import pytest

from procurement.forms.envelope_paste import PasteForm, read
from procurement.queries.plans import TrustRow

TRUSTS = [TrustRow(1, "RA1", "Ash NHS Trust"), TrustRow(2, "RB2", "Beech NHS Trust")]
YEARS = range(2027, 2032)


def test_rows_in_the_plans_order_need_no_heading():
    found = read("Ash NHS Trust\t1,000,000\t£1.25m\t490k\t0\t100.50\n rb2 \t5\r\n", TRUSTS, YEARS)
    assert found.problems == []
    assert found.amounts == {
        (1, 2027): 100_000_000,
        (1, 2028): 125_000_000,
        (1, 2029): 49_000_000,
        (1, 2030): 0,
        (1, 2031): 10_050,
        (2, 2027): 500,
    }


@pytest.mark.parametrize(
    "heading",
    ["2028/29\t2027/28", "2028-29\t2027-28", "FY2028/29\tFY2027/28", "2028\t2027", "2028/2029\t2027"],
)
def test_headings_say_which_year_a_column_is(heading):
    text = f"Code\tTrust\t{heading}\tTotal\nRB2\tBeech NHS Trust\t200\t100\t300\nTotal\t\t200\t100\t300"
    found = read(text, TRUSTS, YEARS)
    assert found.problems == []
    assert found.amounts == {(2, 2028): 20_000, (2, 2027): 10_000}


def test_an_empty_cell_says_nothing_about_its_year():
    found = read("Trust\t2027/28\t2028/29\nAsh NHS Trust\t\t7", TRUSTS, YEARS)
    assert found.amounts == {(1, 2028): 700}


def test_amounts_may_be_in_thousands_or_millions():
    assert read("RA1\t1,234.567", TRUSTS, YEARS, unit=1_000).amounts == {(1, 2027): 123_456_700}
    assert read("RA1\t1.25", TRUSTS, YEARS, unit=1_000_000).amounts == {(1, 2027): 125_000_000}
    assert read("RA1\t490k", TRUSTS, YEARS, unit=1_000_000).amounts == {(1, 2027): 49_000_000}


def test_an_amount_that_looks_like_a_year_is_an_amount_beside_a_trust():
    assert read("RA1\t2027", TRUSTS, YEARS).amounts == {(1, 2027): 202_700}


def test_every_problem_is_named_with_its_row():
    text = "Trust\t2027/28\t2040/41\nElm\t5\t6\nRA1\tlots\nRB2\t(400)\nRA1\t7"
    found = read(text, TRUSTS, YEARS)
    assert found.problems == [
        "Row 1: 2040/41 is not one of the plan’s years (2027/28 to 2031/32).",
        "Row 2: “Elm” is no trust of this plan. Use its name or ODS code as in the table below.",
        "Row 3, Ash NHS Trust, 2027/28: “lots” cannot be used; enter an amount in pounds, like 1,250,000 or 1.25m.",
        "Row 4, Beech NHS Trust, 2027/28: “(400)” cannot be used; enter an amount in pounds, like 1,250,000 or 1.25m.",
        "Row 5: Ash NHS Trust stands in an earlier row already.",
    ]
    assert found.amounts == {}


def test_too_many_amounts_are_not_guessed_at():
    found = read("RA1\t1\t2\t3\t4\t5\t6", TRUSTS, YEARS)
    assert found.problems == [
        "Row 1: Ash NHS Trust has 6 amounts, but the plan has 5 years. Put the years above the amounts."
    ]


def test_text_without_columns_is_refused():
    assert "a tab stands between them" in read("Ash NHS Trust, 5, 6", TRUSTS, YEARS).problems[0]


def test_one_year_twice_is_refused():
    assert read("\t2027/28\t2027\nRA1\t1\t2", TRUSTS, YEARS).problems == ["Row 1: 2027/28 heads two columns."]


def test_the_form_names_the_box_and_keeps_what_was_typed():
    data = {"envelope_1_2027": "a lot", "envelope_1_2028": "1.5m", "envelope_2_2027": "", "revision": "3"}
    form = PasteForm(data, trusts=TRUSTS, years=YEARS, amounts={(2, 2027): 5}, revision=3)
    assert not form.is_valid()
    assert form.errors == {
        "envelope_1_2027": ["Ash NHS Trust, 2027/28: enter an amount in pounds, like 1,250,000 or 1.25m"]
    }
    amounts = form.cleaned_amounts()
    assert (amounts[1, 2028], amounts[2, 2027], (1, 2027) in amounts) == (150_000_000, None, False)
    assert 'value="a lot"' in str(form["envelope_1_2027"])
