from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

AS_AT = date(2026, 11, 1)


def load_demo(**options: object) -> str:
    out = StringIO()
    arguments = {"seed": 1, "as_at": AS_AT, "solve_seconds": 0} | options
    call_command("load_demo", stdout=out, **arguments)
    return out.getvalue()


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker) -> Iterator[str]:
    """What `load_demo` printed; loaded once for all tests of a module and taken out after them."""
    with django_db_blocker.unblock():
        loading = transaction.atomic()
        loading.__enter__()
        try:
            yield load_demo()
        finally:
            transaction.set_rollback(True)
            loading.__exit__(None, None, None)
