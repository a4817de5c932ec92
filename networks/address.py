"""The site's own address, for what leaves it: labels, calendars, e-mails."""

from django.conf import settings
from django.http import HttpRequest

_HERE = "http://localhost:8000"


def site_address(request: HttpRequest | None = None) -> str:
    """Return the address of the site without a slash at its end: SITE_ADDRESS, else as it was asked for, else this machine.

    What is printed or sent outlives the request, so an operator whose site has several names says which one is meant.
    """
    if settings.SITE_ADDRESS:
        return str(settings.SITE_ADDRESS)
    return f"{request.scheme}://{request.get_host()}" if request is not None else _HERE
