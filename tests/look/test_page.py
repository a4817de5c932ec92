"""The pieces pages share: paging, sorting, filters, tags, progress."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from networks.models import Run
from networks.templatetags.page import time_left
from tests.look import gallery

pytestmark = pytest.mark.urls("tests.look.gallery")


def draw(source, query="", **context):
    request = RequestFactory().get(f"/list?{query}")
    return Template("{% load page %}" + source).render(Context({"request": request, **context}))


def test_breadcrumbs_begin_at_home_and_take_names_or_addresses():
    html = draw('{% breadcrumbs "Equipment" "asset_list" "Northgate" "/trusts/3/" %}')
    assert (
        html.index('href="/">Home')
        < html.index('href="/pages/asset_list/">Equipment')
        < html.index("/trusts/3/")
    )
    assert (
        '<a class="nhsuk-back-link" href="/trusts/3/"><span class="nhsuk-u-visually-hidden">Back to </span>Northgate'
        in html
    )


def test_pages_keep_the_query():
    page = Paginator(range(412), 50).get_page(2)
    html = draw('{% pagination page "machines" %}', "page=2&modality=CT&modality=MRI", page=page)
    assert "Showing 51 to 100 of 412 machines" in html
    assert 'href="?page=3&amp;modality=CT&amp;modality=MRI" class="nhsuk-pagination__next"' in html
    assert 'aria-label="Page 2" aria-current="page"' in html
    assert 'aria-label="Page 9"' in html
    assert html.count("nhsuk-pagination__item--ellipsis") == 1


def test_one_page_needs_no_links_and_none_says_so():
    assert "<nav" not in draw("{% pagination page %}", page=Paginator(range(3), 50).get_page(1))
    assert "No machines" in draw('{% pagination page "machines" %}', page=Paginator([], 50).get_page(1))


@pytest.mark.parametrize(
    ("query", "numeric", "state", "link"),
    [
        ("", False, None, "?sort=age"),
        ("", True, None, "?sort=-age"),
        ("sort=age", True, "ascending", "?sort=-age"),
        ("sort=-age", True, "descending", "?sort=age"),
        ("sort=name&page=4&q=x", True, None, "?sort=-age&amp;q=x"),
    ],
)
def test_a_heading_sorts_both_ways_and_says_which(query, numeric, state, link):
    html = draw('{% sort_heading "Age" "age" numeric=numeric %}', query, numeric=numeric)
    assert f'href="{link}"' in html
    assert ("aria-sort" in html) is bool(state)
    if state:
        assert f'aria-sort="{state}"' in html


def test_a_heading_knows_the_order_in_force_without_a_query():
    assert 'aria-sort="descending"' in draw('{% sort_heading "Age" "age" default="-age" %}')


def chips(query):
    form = gallery.MachineFilter(RequestFactory().get(f"/list?{query}").GET, queryset=Run.objects.none()).form
    return draw("{% filter_chips form %}", query, form=form)


def test_each_filter_in_force_can_be_taken_off_alone():
    html = chips("modality=CT&modality=MRI&age_min=7&q=a%26b&region=Y56&sort=-age&page=3")
    assert html.count('class="app-chip"') == 5
    assert 'href="?modality=MRI&amp;age_min=7&amp;q=a%26b&amp;region=Y56&amp;sort=-age"' in html
    assert "Modality: CT (98)" in html
    assert "Age in years from: 7" in html
    assert "Name or serial number: a&amp;b" in html
    assert "Region: London" in html


@pytest.mark.parametrize("query", ["", "q=&region=", "page=2&sort=age", "region=nowhere"])
def test_no_chip_for_what_does_not_filter(query):
    assert "app-chip" not in chips(query)


def test_filters_keep_the_order_and_forget_the_page():
    html = draw(
        "{% filter_panel form %}",
        "sort=-age&page=3&q=x",
        form=gallery.MachineFilter({"q": "x"}, queryset=Run.objects.none()).form,
    )
    assert '<input type="hidden" name="sort" value="-age">' in html
    assert 'name="page"' not in html
    assert "(optional)" not in html
    assert ">Any</option>" in html
    assert 'for="id_age_0">From</label><input type="text" name="age_min"' in html


@pytest.mark.parametrize(
    ("band", "words"),
    [
        ("0–4", "Under 5 years"),
        ("0-4", "Under 5 years"),
        ("5–6", "5 to 6 years"),
        ("7–9", "7 to 9 years"),
        ("10–14", "10 to 14 years"),
        ("15+", "15 years or older"),
        ("unknown", "Age not known"),
        (None, "Age not known"),
    ],
)
def test_a_band_says_its_age_in_words(band, words):
    assert f">{words}</strong>" in draw("{% band_tag band %}", band=band)


NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "done", "total", "text"),
    [
        (3, 3, 8, "about 5 minutes left"),
        (1, 6, 8, "about 20 seconds left"),
        (1, 99, 100, "nearly done"),
        (60, 1, 4, "about 3 hours left"),
        (3, 0, 8, ""),
        (3, 3, None, ""),
    ],
)
def test_time_left_follows_the_speed_so_far(minutes, done, total, text):
    run = SimpleNamespace(is_over=False, started_at=NOW - timedelta(minutes=minutes), done=done, total=total)
    assert time_left(run, NOW) == text


def test_a_run_that_is_over_asks_no_more():
    running = render_to_string("partials/run_progress.html", {"run": gallery.run()})
    assert 'hx-get="/run/7/" hx-trigger="every 2s"' in running
    assert 'value="3" max="8"' in running
    assert "Cancel</button>" in running
    assert 'href="/run/7/">Check again' in running
    failed = render_to_string(
        "partials/run_progress.html", {"run": gallery.run("failed", error="No <b> file")}
    )
    assert "hx-get" not in failed
    assert "<progress" not in failed
    assert "No &lt;b&gt; file" in failed
    assert 'href="/list">Go back' in failed


def test_a_run_of_unknown_length_shows_no_share():
    html = render_to_string("partials/run_progress.html", {"run": gallery.run(total=None)})
    assert "not known yet" in html
    assert "max=" not in html


def test_a_chart_has_its_finding_and_its_table():
    html = render_to_string("partials/chart.html", {"chart": gallery.ages_chart(), "level": 3})
    assert '<h3 class="nhsuk-heading-s">Ages of CT and MRI scanners</h3>' in html
    assert 'role="img" aria-label="Ages of CT and MRI scanners. 14 of 98 CT scanners' in html
    assert '<script type="application/json">{"data": [{"type": "bar"' in html
    assert html.count('scope="row"') == 6
    assert "<figcaption" in html


def test_a_chart_cannot_break_out_of_its_data():
    chart = gallery.ages_chart() | {"figure": {"data": [{"name": "</script><script>alert(1)"}]}}
    assert "</script><script>" not in render_to_string("partials/chart.html", {"chart": chart})


def test_a_confirmation_says_what_is_lost(client):
    html = client.get("/confirm").content.decode()
    assert "loses the price break at 6" in html
    assert "nhsuk-button--warning" in html
    assert "Keep it as it is" in html
