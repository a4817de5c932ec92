"""That the journeys would notice: an outside address, a refusal by the security policy, a failing script, a page too wide."""

import pytest

from tests.journeys.visit import Visit


@pytest.fixture
def stranger(browser, stack, pictures):
    """A visit of one's own, whose complaints are wanted."""
    visit = Visit(browser, stack, pictures, name="stranger")
    visit.go("/accounts/login/")
    yield visit
    visit.context.close()


SPOILT = {
    "an outside address": ("location.assign('http://192.0.2.1/')", "asked for http://192.0.2.1/"),
    "a style of its own": (
        "document.querySelector('h1').setAttribute('style', 'color: red')",
        "inline style",
    ),
    "an outside picture": (
        "document.body.append(Object.assign(new Image(), {src: '//192.0.2.1/x'}))",
        "img-src",
    ),
    "a failing script": ("setTimeout(() => { throw new Error('broken') })", "broken"),
    "a missing file": ("fetch('/nowhere')", "404"),
}


@pytest.mark.parametrize(("script", "complaint"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_page_is_noticed(stranger, script, complaint):
    stranger.check()
    stranger.page.evaluate(f"() => {{ {script} }}")
    for _ in range(50):
        if stranger.complaints:
            break
        stranger.page.wait_for_timeout(100)
    assert complaint in " ".join(stranger.complaints)


def test_what_cannot_be_read_is_noticed(stranger):
    stranger.page.evaluate("document.querySelector('label').remove()")
    assert "label" in [kind for kind, _ in stranger.violations()]


def test_what_cannot_be_reached_is_noticed(stranger, monkeypatch):
    monkeypatch.setattr("tests.journeys.visit.MOST_TABS", 30)
    stranger.page.get_by_role("button", name="Sign in").evaluate("button => { button.tabIndex = -1 }")
    with pytest.raises(AssertionError, match="cannot be reached"):
        stranger.press("Sign in")


def test_a_page_wider_than_a_telephone_is_noticed(stranger):
    stranger.page.locator("h1").evaluate("h1 => { h1.textContent = 'x'.repeat(200) }")
    with pytest.raises(AssertionError, match="pixels wide"):
        stranger.see("too wide", narrow=True)
