"""How figures read: the examples of the design, the edges, and that nothing unknown becomes a number."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from networks.templatetags import format as f


@pytest.mark.parametrize(
    "filter_",
    [
        f.pounds,
        f.pounds_short,
        f.thousands,
        f.date_gb,
        f.moment_gb,
        f.partial_date,
        f.age_years,
        f.fy,
        f.or_not_known,
    ],
)
@pytest.mark.parametrize("missing", [None, ""])
def test_what_is_missing_reads_not_known(filter_, missing):
    assert filter_(missing) == "not known"


@pytest.mark.parametrize("value", [0, False, "0", Decimal(0)])
def test_or_not_known_keeps_zero(value):
    assert f.or_not_known(value) == value


@pytest.mark.parametrize(
    ("pence", "text"),
    [
        (125_000_000, "£1,250,000"),
        (0, "£0"),
        (99, "£0.99"),
        (100_050, "£1,000.50"),
        (-125_000_000, "\u2212£1,250,000"),
        (Decimal("125000000.5"), "£1,250,000.01"),
    ],
)
def test_pounds(pence, text):
    assert f.pounds(pence) == text


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_pounds_loses_no_penny(pence):
    text = f.pounds(pence).replace("£", "").replace(",", "").replace("\u2212", "-")
    assert Decimal(text) * 100 == pence


@pytest.mark.parametrize(
    ("pence", "text"),
    [
        (125_000_000, "£1.25m"),
        (200_000_000, "£2m"),
        (1_250_000_000, "£12.5m"),
        (49_000_000, "£490k"),
        (99_949_999, "£999k"),
        (99_950_000, "£1m"),
        (95_000, "£950"),
        (99_950, "£1k"),
        (0, "£0"),
        (-49_000_000, "\u2212£490k"),
        (99_999_499_999, "£999.99m"),
        (99_999_500_000, "£1bn"),
        (123_456_000_000, "£1.23bn"),
        (-40, "£0"),
    ],
)
def test_pounds_short(pence, text):
    assert f.pounds_short(pence) == text


@given(st.integers(min_value=0, max_value=10**14))
def test_pounds_short_stays_within_its_rounding(pence):
    text = f.pounds_short(pence)
    size = {"k": 10**3, "m": 10**6, "n": 10**9}.get(text[-1], 1)
    number = Decimal(text.strip("£kmbn")) * size
    # Two decimals of a million or a billion, whole thousands, whole pounds below.
    tolerance = {1: Decimal("0.5"), 10**3: Decimal(500)}.get(size, Decimal(size) / 200)
    assert abs(number - Decimal(pence) / 100) <= tolerance


def test_dates():
    assert f.date_gb(date(2028, 3, 31)) == "31 March 2028"
    assert f.date_gb(date(2028, 4, 1)) == "1 April 2028"


@pytest.mark.parametrize(
    ("moment", "on", "at"),
    [
        (datetime(2028, 3, 31, 23, 30, tzinfo=UTC), "1 April 2028", "1 April 2028 at 12:30am"),
        (datetime(2028, 1, 31, 12, 5, tzinfo=UTC), "31 January 2028", "31 January 2028 at 12:05pm"),
        (datetime(2028, 1, 31, 15, 0, tzinfo=UTC), "31 January 2028", "31 January 2028 at 3:00pm"),
    ],
)
def test_moments_are_told_in_british_time(moment, on, at):
    source = "{{ moment|date_gb }}, {{ moment|moment_gb }}"
    assert rendered(source, "", moment=moment) == f"{on}, {at}"


@pytest.mark.parametrize(
    ("precision", "text"),
    [
        ("Y", "2012"),
        ("M", "June 2012"),
        ("D", "1 June 2012"),
        ("year", "2012"),
        ("month", "June 2012"),
        ("day", "1 June 2012"),
        ("", "1 June 2012"),
        (None, "1 June 2012"),
    ],
)
def test_partial_date(precision, text):
    assert f.partial_date(date(2012, 6, 1), precision) == text


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (11, "11 years"),
        (11.99, "11 years"),
        (Decimal("9.999"), "9 years"),
        (1, "1 year"),
        (0, "under 1 year"),
        (0.5, "under 1 year"),
    ],
)
def test_age_years_counts_completed_years(age, text):
    assert f.age_years(age) == text


def test_financial_year():
    assert f.fy(2027) == "2027/28"
    assert f.fy(2099) == "2099/00"
    assert f.fy("2027") == "2027/28"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (14, 98, "14% (14 of 98)"),
        (0, 98, "0% (0 of 98)"),
        (98, 98, "100% (98 of 98)"),
        (1, 1200, "under 1% (1 of 1,200)"),
        (1199, 1200, "over 99% (1,199 of 1,200)"),
        (1, 200, "1% (1 of 200)"),
        (None, 98, "not known"),
        (3, None, "not known"),
        (0, 0, "not known"),
    ],
)
def test_percent_names_its_denominator(part, whole, text):
    assert f.percent(part, whole) == text


def rendered(source, query, **context):
    request = RequestFactory().get(f"/somewhere/?{query}")
    return Template("{% load format %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("source", "query", "text"),
    [
        ("{% query_string page=2 %}", "modality=CT&modality=MRI", "?modality=CT&amp;modality=MRI&amp;page=2"),
        ("{% query_string page=2 %}", "page=1&q=a%26b", "?page=2&amp;q=a%26b"),
        ("{% query_string page=None %}", "page=1&q=a", "?q=a"),
        ("{% query_string page=None %}", "page=1", "?"),
        ("{% query_string band=bands %}", "band=x", "?band=7-9&amp;band=15%2B"),
        ("{% query_string_without 'modality' 'CT' %}", "modality=CT&modality=MRI&page=3", "?modality=MRI"),
        ("{% query_string_without 'modality' %}", "modality=CT&modality=MRI&page=3&q=a", "?q=a"),
        ("{% query_string_without 'year' 2027 %}", "year=2027", "?"),
    ],
)
def test_query_string(source, query, text):
    assert rendered(source, query, bands=["7-9", "15+"]) == text


def test_nothing_typed_escapes_into_the_page():
    assert "<" not in rendered("{% query_string page=2 %}", "q=%3Cscript%3E")


@pytest.mark.parametrize(
    ("pence", "text"), [(125_049_999, "1,250"), (125_050_000, "1,251"), (0, "0"), (None, "not known")]
)
def test_thousands(pence, text):
    assert f.thousands(pence) == text
