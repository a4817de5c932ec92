from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.dates import NotADate, PartialDate, implausible, read_date
from assets.domain.entries import written_date
from assets.domain.vocabulary import Precision

ON = date(2026, 11, 10)
DAY, MONTH, YEAR = Precision.DAY, Precision.MONTH, Precision.YEAR


@pytest.mark.parametrize(
    ("text", "first", "precision"),
    [
        ("June 2012", date(2012, 6, 1), MONTH),
        ("March 2012", date(2012, 3, 1), MONTH),
        ("Sept 2012", date(2012, 9, 1), MONTH),
        ("Jun-12", date(2012, 6, 1), MONTH),
        ("Jun '12", date(2012, 6, 1), MONTH),
        ("2012 June", date(2012, 6, 1), MONTH),
        ("06/2012", date(2012, 6, 1), MONTH),
        ("2012-06", date(2012, 6, 1), MONTH),
        ("2010", date(2010, 1, 1), YEAR),
        ("2010.0", date(2010, 1, 1), YEAR),
        ("2011-", date(2011, 1, 1), YEAR),
        ("2011 \N{EN DASH} present", date(2011, 1, 1), YEAR),
        ("2011 onwards", date(2011, 1, 1), YEAR),
        ("c. 2010", date(2010, 1, 1), YEAR),
        ("approx 2010", date(2010, 1, 1), YEAR),
        ("01/06/2012", date(2012, 6, 1), DAY),
        ("1/6/12", date(2012, 6, 1), DAY),
        ("01.06.12", date(2012, 6, 1), DAY),
        ("1-6-1998", date(1998, 6, 1), DAY),
        ("1 June 2012", date(2012, 6, 1), DAY),
        ("1st Jun 2012", date(2012, 6, 1), DAY),
        ("01-Jun-2012", date(2012, 6, 1), DAY),
        ("01-Jun-12", date(2012, 6, 1), DAY),
        ("Friday 1 June 2012", date(2012, 6, 1), DAY),
        ("June 1, 2012", date(2012, 6, 1), DAY),
        ("2012-06-01", date(2012, 6, 1), DAY),
        ("2012-06-01 00:00:00", date(2012, 6, 1), DAY),
        ("2012-06-01T09:30:00Z", date(2012, 6, 1), DAY),
        ("01/06/2012 09:30", date(2012, 6, 1), DAY),
        ("20120601", date(2012, 6, 1), DAY),
        ("01062012", date(2012, 6, 1), DAY),
        ("41061", date(2012, 6, 1), DAY),
        ("41061.375", date(2012, 6, 1), DAY),
        ("1\N{NO-BREAK SPACE}June\N{NO-BREAK SPACE}2012", date(2012, 6, 1), DAY),
        ("29/02/2012", date(2012, 2, 29), DAY),
    ],
)
def test_every_form_is_read_with_its_precision(text, first, precision):
    assert read_date(text, on=ON) == PartialDate(first, precision)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("2010/11", "date_two_meanings", "Write November 2010, or 2010"),
        ("2009-10", "date_two_meanings", "Write October 2009, or 2009"),
        ("2012/13", "date_two_meanings", "Write a date in it, or 2012"),
        ("2010-2012", "date_two_meanings", "names two years"),
        ("06/13/2012", "date_order", "as in 13 June 2012"),
        ("13/13/2012", "date_order", "There is no month 13"),
        ("31/06/2012", "date_unreadable", "June 2012 has no day 31"),
        ("29/02/2013", "date_unreadable", "February 2013 has no day 29"),
        ("0000-00-00", "date_empty", "Leave the cell empty"),
        ("00/00/0000", "date_empty", "Leave the cell empty"),
        ("12-Jun", "date_unreadable", "no year"),
        ("Spring 2012", "date_unreadable", "1 June 2012, June 2012 or 2012"),
        ("1 mai 2012", "date_unreadable", "not a date"),
        ("99999", "date_unreadable", "This number is not a date"),
        ("0", "date_unreadable", "not a date"),
        ("\N{SUPERSCRIPT TWO}010", "date_unreadable", "not a date"),
        ("2012 " * 1000, "date_unreadable", "not a date"),
    ],
)
def test_what_is_no_date_or_could_be_two_says_what_to_write(text, kind, words):
    with pytest.raises(NotADate, match=words) as refused:
        read_date(text, on=ON)
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    "text", ["30/12/1899", "1 January 1900", "1904-01-01", "01/01/1970", "1949", "31/12/9999"]
)
def test_what_programs_make_of_an_empty_cell_is_not_believed(text):
    assert implausible(read_date(text, on=ON))


@pytest.mark.parametrize("text", ["1970", "January 1970", "2 January 1970", "1989", "1950", "31 March 2031"])
def test_an_old_date_is_believed(text):
    assert not implausible(read_date(text, on=ON))


def test_a_year_of_two_digits_is_the_one_near_today():
    assert read_date("1/1/57", on=ON).first.year == 1957
    assert read_date("1/1/56", on=ON).first.year == 2056
    assert read_date("1/1/56", on=date(2025, 1, 1)).first.year == 1956


def test_the_last_day_that_was_said():
    assert read_date("February 2028", on=ON).last == date(2028, 2, 29)
    assert read_date("2028", on=ON).last == date(2028, 12, 31)
    assert read_date("1 June 2028", on=ON).last == date(2028, 6, 1)


@given(st.text() | st.from_regex(r"[0-9a-z /.\-',]{0,20}", fullmatch=True))
def test_reading_never_fails_otherwise(text):
    with suppress(NotADate):
        assert isinstance(read_date(text, on=ON), PartialDate)


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.sampled_from([DAY, MONTH, YEAR]))
def test_what_we_write_we_read(day, precision):
    first = {DAY: day, MONTH: day.replace(day=1), YEAR: day.replace(month=1, day=1)}[precision]
    assert read_date(written_date(first, precision), on=ON) == PartialDate(first, precision)


@given(st.dates(date(1957, 1, 1), date(2056, 12, 31)))
def test_british_and_excel_and_device_dates_agree(day):
    serial = str((day - date(1899, 12, 30)) // timedelta(days=1))
    forms = [
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%y}",
        f"{day:%Y%m%d}",
        f"{day:%d %b %Y}",
        day.isoformat(),
        serial,
    ]
    assert {read_date(form, on=ON) for form in forms} == {PartialDate(day, DAY)}
