"""How far apart two places are, as the crow flies.

The great-circle distance on a sphere of the Earth's mean radius (6,371.0088 km, International Union of Geodesy and
Geophysics), by the haversine formula. Against the true figure of the Earth it is wrong by at most about half a per cent.
Roads are longer; no road is known here.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the Earth in degrees: latitude north (-90 to 90), longitude east (-180 to 180).

    Raises ValueError for what is no point on the Earth.
    """

    latitude: Decimal
    longitude: Decimal

    def __post_init__(self) -> None:
        # Written so that "not a number" is refused too.
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"{self.latitude}, {self.longitude} is no point on the Earth.")


def place_at(latitude: Decimal | None, longitude: Decimal | None) -> Place | None:
    """Return the place at these coordinates; None where either is not known."""
    return None if latitude is None or longitude is None else Place(latitude, longitude)


def distance_km(one: Place, other: Place) -> Decimal:
    """Return the great-circle distance in kilometres, to a tenth, halves up."""
    north, south = radians(one.latitude), radians(other.latitude)
    across = sin((south - north) / 2) ** 2
    along = sin(radians(other.longitude - one.longitude) / 2) ** 2
    chord = min(1.0, sqrt(across + cos(north) * cos(south) * along))
    return Decimal(2 * EARTH_RADIUS_KM * asin(chord)).quantize(Decimal("0.1"), ROUND_HALF_UP)
