"""Great-circle distance the slow and obvious way: two arrows from the middle of the Earth, and the angle between them."""

from math import atan2, cos, pi, sin, sqrt

RADIUS_KM = 6371.0088


def arrow(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = latitude * pi / 180, longitude * pi / 180
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    a, b = arrow(*one), arrow(*other)
    across = (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
    along = sum(x * y for x, y in zip(a, b, strict=True))
    return RADIUS_KM * atan2(sqrt(sum(x * x for x in across)), along)


def nearest(one: tuple[float, float], others: dict[str, tuple[float, float]]) -> tuple[str, float]:
    """The name and distance of the nearest of `others`, all of them looked at in turn."""
    found = [(kilometres(one, place), name) for name, place in others.items()]
    km, name = min(found)
    return name, km
