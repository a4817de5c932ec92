"""Role by step: each of the cast tries every step in the life of the network's plan, and conflicts besides."""

import pytest
from django.urls import reverse

from procurement.models import Conflict, TrustAnswer, VersionStep
from procurement.queries.plan_life import life_of
from tests.sweeps.reading import read
from tests.sweeps.test_addresses import taken_back
from tests.sweeps.test_channels import signed_in
from tests.sweeps.world import World

pytestmark = pytest.mark.django_db

TAKERS = {
    "submit": {"lead"},
    "withdraw": {"lead"},
    "supersede": {"lead"},
    "approve": {"network finance"},
    "answer of Ash": {"finance"},
    "answer of Beech": {"neighbour finance"},
    "acknowledge": {"lead"},
}
"""A step to those of the cast who may take it; all others are refused."""

CAST = (
    "manager",
    "modality lead",
    "finance",
    "network finance",
    "lead",
    "neighbour",
    "neighbour finance",
    "southern lead",
    "analyst",
    "administrator",
    "stranger",
)


def sent(world: World, who: str, step: str) -> int:
    """Send a step as somebody; return the status."""
    client = signed_in(world, who)
    version = [world.plan.pk, world.version.number]
    if step == "acknowledge":
        facts = {"do": "chosen", "conflict": world.conflict.pk, "note": ""}
        return client.post(reverse("plan_conflicts", args=version), facts).status_code
    facts: dict[str, object] = {"do": step, f"{step}-mark": life_of(world.version).mark()}
    if step.startswith("answer"):
        trust = world.orgs[step.removeprefix("answer of ")].pk
        mark = life_of(world.version).mark(trust)
        facts = {
            "do": "answer",
            "trust": trust,
            f"answer-{trust}-mark": mark,
            f"answer-{trust}-agreed": "yes",
        }
    facts[f"{step}-reason"] = "Because"
    return client.post(reverse("plan_agreement", args=version), facts).status_code


@pytest.mark.parametrize("step", TAKERS)
def test_each_step_is_taken_by_those_it_is_for_and_refused_to_all_others(world, step):
    rows = [VersionStep.objects.count(), TrustAnswer.objects.count()]
    for who in CAST:
        with taken_back():
            status = sent(world, who, step)
        if who in TAKERS[step]:
            # What is not open now is said on the page: it is theirs, only not yet.
            assert status in (200, 302), who
        else:
            assert status in (403, 404), who
    assert [VersionStep.objects.count(), TrustAnswer.objects.count()] == rows
    assert not Conflict.objects.exclude(acknowledged_at=None).exists()


@pytest.mark.parametrize("page", ["plan_agreement", "plan_conflicts", "plan_conflicts_export"])
def test_what_ash_says_and_what_conflicts_with_its_register_is_for_ash_and_the_network(world, page):
    url = reverse(page, args=[world.plan.pk, world.version.number])
    word = "ASH-ANSWER" if page == "plan_agreement" else "ASH-CONFLICT"
    readers = {who for who in CAST if word in read(signed_in(world, who).get(url))}
    assert readers == {"finance", "network finance", "lead", "analyst", "administrator"}
