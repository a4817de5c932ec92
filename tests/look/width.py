"""Whether a page keeps within its window."""

from playwright.sync_api import Page

_PATIENCE_MS, _STEP_MS = 5_000, 50


def width_of(page: Page, *, at_most: int) -> int:
    """Return how wide a page is, in pixels, once it is no wider than `at_most`, or after five seconds.

    A window that has just been made narrower is laid out again a moment later.
    """
    for _ in range(_PATIENCE_MS // _STEP_MS):
        if (width := page.evaluate("document.documentElement.scrollWidth")) <= at_most:
            return int(width)
        page.wait_for_timeout(_STEP_MS)
    return int(page.evaluate("document.documentElement.scrollWidth"))
