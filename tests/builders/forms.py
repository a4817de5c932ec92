"""Filling in a page's form as a browser would."""

from typing import Any

from django.http import HttpResponse
from django.test import Client


def boxes(client: Client, address: str, **typed: Any) -> dict[str, Any]:
    """Return what a browser would send: the form's boxes as they stand, with what is typed over them."""
    form = client.get(address).context["form"]
    standing = {name: form.fields[name].prepare_value(form[name].value()) for name in form.fields}
    return {name: "" if value is None else value for name, value in {**standing, **typed}.items()}


def send(client: Client, address: str, **typed: Any) -> HttpResponse:
    """Fill in the form at an address and send it."""
    return client.post(address, boxes(client, address, **typed))


def text(response: HttpResponse) -> str:
    """Return a page's markup with every run of white space as one space."""
    return " ".join(response.content.decode().split())
