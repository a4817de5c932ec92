"""Distances between places, against an independent way of working them out."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.domain.distance import Place, distance_km, place_at
from tests.oracles.distance import kilometres

latitudes = st.decimals(-90, 90, places=6)
longitudes = st.decimals(-180, 180, places=6)
places = st.builds(Place, latitudes, longitudes)


@settings(deadline=None)
@given(places, places)
def test_it_agrees_with_the_angle_between_two_arrows(one, other):
    slow = kilometres(
        (float(one.latitude), float(one.longitude)), (float(other.latitude), float(other.longitude))
    )
    # A tenth is rounded to; nearly opposite points lose some more digits in the haversine formula.
    assert abs(float(distance_km(one, other)) - slow) <= (0.051 if slow < 20_000 else 1.5)


@settings(deadline=None)
@given(places, places)
def test_it_is_as_far_there_as_back_and_never_negative(one, other):
    assert distance_km(one, other) == distance_km(other, one) >= 0
    assert distance_km(one, one) == 0


@settings(deadline=None)
@given(places, places, places)
def test_no_way_round_is_shorter(one, other, third):
    assert distance_km(one, third) <= distance_km(one, other) + distance_km(other, third) + Decimal("0.2")


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        # One degree of a meridian, a quarter of the equator, and pole to pole.
        (("0", "0"), ("1", "0"), "111.2"),
        (("0", "0"), ("0", "90"), "10007.6"),
        (("90", "0"), ("-90", "0"), "20015.1"),
        # Across the date line.
        (("0", "179.5"), ("0", "-179.5"), "111.2"),
    ],
)
def test_distances_that_can_be_worked_out_by_hand(one, other, km):
    first, second = (Place(Decimal(place[0]), Decimal(place[1])) for place in (one, other))
    assert distance_km(first, second) == Decimal(km)


@pytest.mark.parametrize(("latitude", "longitude"), [("90.1", "0"), ("0", "-180.1"), ("NaN", "0")])
def test_what_is_no_point_on_the_earth_is_refused(latitude, longitude):
    with pytest.raises((ValueError, ArithmeticError)):
        Place(Decimal(latitude), Decimal(longitude))


def test_a_place_of_which_half_is_known_is_not_known():
    assert place_at(Decimal(54), None) is None
    assert place_at(None, Decimal(-2)) is None
    assert place_at(Decimal(0), Decimal(0)) == Place(Decimal(0), Decimal(0))
