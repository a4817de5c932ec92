import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from networks.api.reading import reference
from networks.domain.access import Role
from tests.factories.networks import network_of_trusts, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    client.force_login(person(Role.EQUIPMENT_MANAGER, network_of_trusts("Ash")["Ash"]))
    return client


def test_the_description_is_made_without_a_warning():
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert "/api/assets/{id}/" in out.getvalue()


def test_the_description_is_read_by_who_is_signed_in(client):
    assert client.get(reverse("api-schema")).status_code == 403
    assert client.get(reverse("api-root")).status_code == 403
    for name in ("api-docs", "api-try"):
        assert "login" in client.get(reverse(name))["Location"]


def test_the_description_tells_of_versions_and_limits(reader):
    schema = json.loads(reader.get(reverse("api-schema"), {"format": "json"}).content)
    change = schema["paths"]["/api/assets/{id}/"]["patch"]
    assert {"412", "428", "400", "403", "404"} <= set(change["responses"])
    assert any(given["name"] == "If-Match" and given["required"] for given in change["parameters"])
    listed = {given["name"] for given in schema["paths"]["/api/assets/"]["get"]["parameters"]}
    assert {"as_at", "band", "modality", "trust", "site", "status", "q", "cursor", "page_size"} <= listed
    answer = schema["components"]["schemas"]["Asset"]["properties"]
    assert {"age_years", "age_band", "over_7", "over_10", "version"} <= set(answer)
    assert "reason" in schema["components"]["schemas"]["Asset"]["required"]


def test_our_own_page_tells_every_operation_without_a_script(reader):
    schema = json.loads(reader.get(reverse("api-schema"), {"format": "json"}).content)
    described = {
        (method.upper(), path)
        for path, methods in schema["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert {(operation.method, operation.path) for operation in reference().operations} == described
    assert len(described) > 10
    page = reader.get(reverse("api-docs")).content.decode()
    for method, path in described:
        assert f"{method} {path}" in page
    assert "<code>over_10</code>" in page
    assert "<code>15+</code> 15 years or older" in page


def test_every_answer_that_the_page_names_is_explained():
    named = {operation.gives for operation in reference().operations if operation.gives}
    assert named <= set(reference().records)
    assert {"Asset", "Organisation", "Plan", "PlanVersion", "PlanLine"} <= named
    assert all(reference().records.values())


def test_swagger_ui_runs_under_our_policy(reader):
    response = reader.get(reverse("api-try"))
    page = response.content.decode()
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert "<style" not in page
    assert "onload" not in page
    script = reader.get(reverse("api-try"), {"script": ""})
    assert script["Content-Type"] == "application/javascript"
    assert b"SwaggerUIBundle" in script.content
