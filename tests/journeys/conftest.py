import os
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.stack import chromium, demonstration
from tests.journeys.visit import Visit

_PICTURES = pytest.StashKey[Path]()


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter, config):
    if folder := config.stash.get(_PICTURES, None):
        terminalreporter.write_line(f"Pictures of every page of the journeys: {folder}")


@pytest.fixture(scope="session")
def chromium_path():
    """Where Chromium is; without it the journeys cannot be made, which on a build server is a failure."""
    if path := chromium():
        return path
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is not installed, so the journeys were not made.")
    pytest.skip("Chromium is not installed (on Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def stack(chromium_path, tmp_path_factory):
    """The product with its demonstration, served as `make run` serves it, on a database of its own."""
    with demonstration(tmp_path_factory.mktemp("var")) as running:
        yield running


@pytest.fixture(scope="session")
def pictures(request):
    folder = Path(tempfile.mkdtemp(prefix="imaging-journeys-"))
    request.config.stash[_PICTURES] = folder
    return folder


@pytest.fixture(scope="module")
def browser(chromium_path):
    """A headless Chromium that fetches nothing of its own; closed after the module, since it keeps an event loop here."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
                *("--disable-component-update", "--disable-sync", "--no-first-run"),
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, stack, pictures):
    """Begin a visit: a window of one's own with its own cookies. Each must be without complaint at the end."""
    visits = []

    def begin(name, **options):
        visits.append(Visit(browser, stack, pictures, name=name, **options))
        return visits[-1]

    yield begin
    for each in visits:
        each.leave()
    for each in visits:
        each.check()
    assert "Traceback" not in stack.log, stack.log[-8_000:]
