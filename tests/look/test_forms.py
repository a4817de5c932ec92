"""Each widget is drawn as its NHS component, with label, hint and error tied to the input."""

import datetime
import time

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template

from networks.forms.fields import PoundsField
from networks.forms.renderer import component_of
from tests.look.gallery import EveryWidget


def summary(**context):
    return Template('{% include "partials/error_summary.html" %}').render(Context(context))


@pytest.mark.parametrize(
    ("widget", "component"),
    [
        (forms.CheckboxSelectMultiple(), "checkboxes"),
        (forms.RadioSelect(), "radios"),
        (forms.CheckboxInput(), "checkbox"),
        (forms.ClearableFileInput(), "file-upload"),
        (forms.PasswordInput(), "password-input"),
        (forms.SelectMultiple(), "select"),
        (forms.Textarea(), "textarea"),
        (forms.NumberInput(), "input"),
        (forms.SplitDateTimeWidget(), "several"),
    ],
)
def test_component_of(widget, component):
    assert component_of(widget) == component


def test_a_group_of_checkboxes_is_not_drawn_as_radios():
    # Django derives CheckboxSelectMultiple from RadioSelect, so asking for radios first would catch both.
    assert issubclass(forms.CheckboxSelectMultiple, forms.RadioSelect)
    html = EveryWidget()["modality"].as_field_group()
    assert html.count('class="nhsuk-checkboxes__input"') == 3
    assert html.count('type="checkbox"') == 3
    assert "nhsuk-radios" not in html
    radios = EveryWidget()["funding"].as_field_group()
    assert radios.count('class="nhsuk-radios__input"') == 2
    assert "nhsuk-checkboxes" not in radios


def test_label_hint_and_error_are_tied_to_the_input():
    html = EveryWidget({})["serial"].as_field_group()
    assert '<div class="nhsuk-form-group nhsuk-form-group--error">' in html
    assert 'for="id_serial"' in html
    assert "Serial number</label>" in html
    assert '<div class="nhsuk-hint" id="id_serial_helptext">On the maker' in html
    assert (
        'id="id_serial_error"><span class="nhsuk-u-visually-hidden">Error: </span>Enter serial number' in html
    )
    assert 'aria-describedby="id_serial_helptext id_serial_error"' in html
    assert 'class="nhsuk-input nhsuk-input--width-20 nhsuk-input--error"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_without_error_shows_none():
    html = EveryWidget()["serial"].as_field_group()
    assert "rror" not in html
    assert 'aria-describedby="id_serial_helptext"' in html


def test_a_group_says_its_hint_and_error_on_the_fieldset():
    html = EveryWidget({})["modality"].as_field_group()
    assert (
        '<fieldset class="nhsuk-fieldset" aria-describedby="id_modality_helptext id_modality_error">' in html
    )
    assert "<legend" in html
    assert "nhsuk-fieldset__legend" in html
    assert html.count("aria-describedby") == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("serial", "Enter serial number"),
        ("maker", "Choose manufacturer"),
        ("modality", "Choose modalities"),
        ("agreed", "Tick the box: the trust has agreed"),
        ("register", "Choose register file"),
    ],
)
def test_what_is_missing_is_named(name, message):
    assert list(EveryWidget({})[name].errors) == [message]


def test_a_message_of_the_forms_own_is_kept():
    class Form(forms.Form):
        code = forms.CharField(error_messages={"required": "Enter the ODS code, like RX1"})
        other = forms.CharField(label="NHS number")

    assert list(Form({})["code"].errors) == ["Enter the ODS code, like RX1"]
    assert list(Form({})["other"].errors) == ["Enter NHS number"]


def test_optional_fields_say_so_and_filters_do_not():
    assert "Notes (optional)" in EveryWidget()["notes"].as_field_group()
    assert "(optional)" not in EveryWidget()["serial"].as_field_group()
    form = EveryWidget()
    form.mark_optional = False
    assert "(optional)" not in form["notes"].as_field_group()


def test_a_date_is_typed_as_text_in_british_order():
    field = EveryWidget(initial={"installed_on": datetime.date(2028, 4, 1)})["installed_on"]
    html = field.as_field_group()
    assert "For example, 31 March 2019" in html
    assert 'type="text"' in html
    assert 'value="1 April 2028"' in html


@pytest.mark.parametrize(
    "typed",
    [
        "1 April 2028",
        "01 April 2028",
        "1 Apr 2028",
        "1/4/2028",
        "01-04-2028",
        "1.4.2028",
        "1 4 2028",
        "2028-04-01",
        "1/4/28",
    ],
)
def test_dates_are_read_day_before_month(typed):
    assert forms.DateField().clean(typed) == datetime.date(2028, 4, 1)


def test_numbers_are_typed_as_text_so_that_nothing_typed_is_lost():
    html = EveryWidget({"lifetime": "ten"})["lifetime"].as_field_group()
    assert 'type="text" inputmode="numeric"' in html
    assert 'value="ten"' in html
    assert "min=" not in html
    assert 'inputmode="decimal"' in str(EveryWidget()["share"])


def test_a_money_field_has_its_pound_sign_outside_the_box():
    html = EveryWidget({"price": "<b>"})["price"].as_field_group()
    assert '<div class="nhsuk-input-wrapper__prefix" aria-hidden="true">£</div>' in html
    assert 'value="&lt;b&gt;"' in html


def test_a_password_can_be_shown_and_is_never_sent_back():
    html = EveryWidget({"password": "secret-word"})["password"].as_field_group()
    assert 'data-module="nhsuk-password-input"' in html
    assert 'aria-controls="id_password" hidden>Show</button>' in html
    assert "secret-word" not in html


def test_the_whole_form_has_every_field_once():
    html = str(EveryWidget())
    for name in EveryWidget.base_fields:
        assert f'name="{name}"' in html
    assert html.count('class="nhsuk-form-group') == len(EveryWidget.base_fields) - 1
    assert 'placeholder="' not in html


def test_the_summary_leads_to_each_input():
    html = summary(form=EveryWidget({}))
    assert 'role="alert"' in html
    assert 'data-module="nhsuk-error-summary"' in html
    assert "<li>The trust and the network do not belong together.</li>" in html
    assert '<a href="#id_serial">Enter serial number</a>' in html
    assert '<a href="#id_modality_0">Choose modalities</a>' in html
    assert '<a href="#id_funding_0">Choose funding</a>' in html
    assert "Token: Enter token" in html
    for target in ("id_serial", "id_modality_0", "id_funding_0"):
        assert f'id="{target}"' in str(EveryWidget({}))


def test_the_summary_is_silent_until_something_is_wrong():
    assert summary(form=EveryWidget()).strip() == ""
    assert summary().strip() == ""


def test_the_summary_gathers_several_forms_and_formsets():
    class Row(forms.Form):
        year = forms.IntegerField(label="Year")

    rows = forms.formset_factory(Row, extra=0, min_num=3, validate_min=True)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-year": "2027", "form-1-year": "soon"}
    )
    html = summary(formset=rows, forms=[Row({}, prefix="a"), Row({}, prefix="b")])
    assert "Please submit at least 3 forms." in html
    assert 'href="#id_form-1-year">Enter a whole number.' in html
    assert 'href="#id_a-year">Enter year' in html
    assert 'href="#id_b-year">Enter year' in html


def test_what_was_typed_stays_after_an_error():
    typed = {"serial": "SN-1", "maker": "b", "modality": ["CT", "XR"], "funding": "l", "notes": "tall room"}
    html = str(EveryWidget(typed))
    assert 'value="SN-1"' in html
    assert '<option value="b" selected>' in html
    assert html.count("checked") == 3
    assert "tall room</textarea>" in html


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("1,250,000", 125_000_000),
        ("£1.25m", 125_000_000),
        ("490k", 49_000_000),
        (" £ 12 500 ", 1_250_000),
        ("0", 0),
        ("1250.50", 125_050),
        (".5", 50),
        ("1.2 bn", 120_000_000_000),
    ],
)
def test_pounds_are_read_as_pence(typed, pence):
    assert PoundsField().clean(typed) == pence


@pytest.mark.parametrize("typed", ["lots", "1.2.3", "-5", "12 apples", "£", "1.005", "1e6", "99999999999999"])
def test_other_amounts_are_refused_with_what_to_do(typed):
    with pytest.raises(forms.ValidationError, match="Enter an amount"):
        PoundsField().clean(typed)


def test_a_very_long_amount_is_refused_at_once():
    began = time.process_time()
    with pytest.raises(forms.ValidationError, match="Enter an amount"):
        PoundsField().clean("9" + " " * 50_000 + "x")
    assert time.process_time() - began < 0.5


def test_an_amount_is_bounded_and_may_be_unknown():
    with pytest.raises(forms.ValidationError, match="at least £1,000"):
        PoundsField(min_pence=100_000).clean("999")
    assert PoundsField(min_pence=100_000).clean("1000") == 100_000
    assert PoundsField(required=False).clean("") is None
    with pytest.raises(forms.ValidationError):
        PoundsField().clean("")


def test_known_pence_are_shown_as_pounds_and_typed_text_as_typed():
    class Form(forms.Form):
        price = PoundsField()

    assert 'value="1,250,000"' in str(Form(initial={"price": 125_000_000}))
    assert 'value="0.05"' in str(Form(initial={"price": 5}))
    assert 'value="1.25m"' in str(Form({"price": "1.25m"}))
    assert not Form({"price": "1.25m"}, initial={"price": 125_000_000}).has_changed()


def test_a_file_already_kept_can_be_seen_and_removed():
    class Kept:
        url = "/uploads/register.csv"

        def __str__(self):
            return "register.csv"

    class Form(forms.Form):
        register = forms.FileField(required=False)

    html = str(Form(initial={"register": Kept()}))
    assert '<a href="/uploads/register.csv">register.csv</a>' in html
    assert 'name="register-clear"' in html
    assert "nhsuk-checkboxes__label" in html
    assert Form({}, {"register": SimpleUploadedFile("a.csv", b"x")}).is_valid()


@pytest.mark.urls("tests.look.gallery")
def test_the_page_title_says_that_there_is_an_error(client):
    assert b"<title>Add a machine" in client.get("/form").content
    response = client.post("/form", {})
    assert "<title>Error: Add a machine – Imaging Capital Planner</title>" in response.content.decode()
    assert b"csrfmiddlewaretoken" in response.content
