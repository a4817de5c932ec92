"""The list of facts and the model of a machine are the same list."""

import pytest

from assets.domain.facts import BY_FIELD, BY_KEY, FACTS, PRICE_KEYS, Kind
from assets.domain.register import WORKED_OUT_FIELDS
from assets.models import Asset

OF_THE_ROW = {"id", "version", "created_at", "updated_at"}
FOLLOWING = {"trust_id", *WORKED_OUT_FIELDS}
"""What follows from other facts: the trust from the site, the model from the make, the source from both."""

FIELDS = {field.attname: field for field in Asset._meta.concrete_fields}


def test_every_field_of_a_machine_is_a_fact_or_follows_from_one():
    assert FACTS
    told = {name for fact in FACTS for name in fact.fields}
    assert told | OF_THE_ROW | FOLLOWING == set(FIELDS)
    assert not told & (OF_THE_ROW | FOLLOWING)


def test_no_two_facts_share_a_key_a_field_or_a_heading():
    assert len(BY_KEY) == len(BY_FIELD) == len({fact.heading.casefold() for fact in FACTS}) == len(FACTS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.key)
def test_a_fact_says_what_its_field_holds(fact):
    field = FIELDS[fact.field]
    if fact.kind is Kind.CHOICE:
        assert set(fact.words) == {value for value, _ in field.choices if value}
    if fact.kind is Kind.TEXT:
        assert fact.max_length == field.max_length
    if fact.kind is Kind.MONEY:
        assert fact.key.endswith("_pence")
    if fact.is_price:
        assert fact.key in PRICE_KEYS
