"""One person's browser: everything it complains of, every address it asks, and the checks that each page must pass."""

import re
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe

from tests.look.width import width_of

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MOST_TABS = 250
MOST_PIXELS_DOWN = 4_000
PASSWORD = "demonstration-only"
"""Of every account of the demonstration; `load_demo` prints it."""

_FOCUSED = """() => {
  const e = document.activeElement
  if (!e || e === document.body) return null
  const style = getComputedStyle(e)
  return {
    shown: style.outlineStyle !== 'none' || style.boxShadow !== 'none' || e.type === 'file' || e.type === 'radio' || e.type === 'checkbox',
    tag: e.tagName,
  }
}"""


class Visit:
    """A browser window of somebody. Asking for anything but the site itself is stopped and remembered as a complaint."""

    def __init__(self, browser, stack, pictures, *, name, **options):
        self._stack = stack
        self._pictures = pictures
        self._name = name
        self._scripts = options.get("java_script_enabled", True)
        self.complaints = []
        self.seen = []
        self.context = browser.new_context(viewport=WIDE, accept_downloads=True, **options)
        self.context.set_default_timeout(15_000)
        self.context.route(re.compile(rf"^(?!{re.escape(stack.address)}/|data:|blob:)"), self._refuse)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.complaints.append(f"script failed: {error.error}"))
        self.context.on("response", self._response)
        self.page = self.context.new_page()
        # Somebody must listen before a chooser opens; who only begins to at the key press may come too late.
        self.page.on("filechooser", lambda _: None)

    def _refuse(self, route):
        self.complaints.append(f"asked for {route.request.url}")
        route.abort()

    def _console(self, message):
        # The security policy's refusals come here too.
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text} ({self.page.url})")

    def _response(self, response):
        if response.status >= 500:
            self.complaints.append(f"{response.status} from {response.url}")

    def go(self, path):
        self.page.goto(self._stack.address + path)

    def sign_in(self, account):
        self.go("/accounts/login/")
        self.page.get_by_role("textbox", name="Email").fill(f"{account}@demo.example")
        self.page.get_by_role("textbox", name="Password").fill(PASSWORD)
        self.press("Sign in")
        self.page.wait_for_url(self._stack.address + "/")
        self.check()
        self.page.get_by_role("button", name="Sign out").wait_for()

    def sign_out(self):
        self.page.get_by_role("button", name="Sign out").click()
        self.page.get_by_role("button", name="Sign in").wait_for()

    def follow(self, name, *, exact=False, within="main"):
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=name, exact=exact).first.click()

    def menu(self, name):
        menu = self.page.get_by_role("navigation", name="Menu")
        with self.page.expect_navigation():
            menu.get_by_role("link", name=name, exact=True).click()

    def reach(self, target):
        """Press Tab until `target`, a locator, has the focus; the focus must be visible there."""
        for _ in range(MOST_TABS):
            if target.evaluate("e => e === document.activeElement"):
                assert self.page.evaluate(_FOCUSED)["shown"], f"the focus cannot be seen on {target}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached with the Tab key on {self.page.url}")

    def press(self, name):
        """Reach the button with this name by keyboard alone and press it with Enter."""
        button = self.page.get_by_role("button", name=name, exact=True)
        self.reach(button)
        self._press_enter()

    def press_link(self, name):
        """The same for a link, which may look like a button."""
        main = self.page.get_by_role("main")
        link = main.get_by_role("button", name=name, exact=True).or_(
            main.get_by_role("link", name=name, exact=True)
        )
        self.reach(link)
        self._press_enter()

    def _press_enter(self):
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose_file(self, label, name, content, mime_type):
        """Open the file chooser from the keyboard and choose a file that holds `content`."""
        box = self.page.get_by_label(label)
        self.reach(box)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files({"name": name, "mimeType": mime_type, "buffer": content})

    def see(self, step, *, narrow=False):
        """Check the page as it stands, and keep a picture of it (with `narrow`: one of a telephone's width too)."""
        self._wait_for_charts()
        where = f"{step}: {self.page.url}"
        assert re.fullmatch(r"\S.* – Imaging Capital Planner", self.page.title()), where
        assert self.page.locator("h1").count() == 1, where
        if (
            self._scripts
        ):  # the accessibility checker is a script itself, and waits for ever where none may run
            assert self.violations() == [], where
        number = f"{len(self.seen):02d}"
        self.seen.append(step)
        path = self._pictures / f"{self._name}-{number}-{step.replace(' ', '-')}"
        self._picture(f"{path}.png", WIDE)
        if narrow:
            self.page.set_viewport_size(NARROW)
            self.page.wait_for_timeout(150)
            self._picture(f"{path}-390.png", NARROW)
            wide = width_of(self.page, at_most=NARROW["width"])
            self.page.set_viewport_size(WIDE)
            assert wide <= NARROW["width"], f"{where} is {wide} pixels wide on a screen of {NARROW['width']}"
        self.check()

    def _picture(self, path, size):
        """The first screens of the page: a long list would take seconds and show nothing more."""
        tall = self.page.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(tall, MOST_PIXELS_DOWN)}
        self.page.screenshot(path=path, full_page=True, clip=clip)

    def leave(self):
        """Close the window, keeping a picture of what it shows: after a failure, where it happened."""
        self._picture(f"{self._pictures / self._name}-last.png", WIDE)
        self.context.close()

    def violations(self):
        found = Axe().run(self.page).response["violations"]
        return [(v["id"], [node["html"][:300] for node in v["nodes"]]) for v in found]

    def check(self):
        assert self.complaints == []

    def _wait_for_charts(self):
        charts = self.page.locator("[data-chart]")
        if self._scripts:
            for number in range(charts.count()):
                charts.nth(number).locator(".main-svg").first.wait_for(state="attached")

    @contextmanager
    def download(self):
        """What the block makes the browser download: `.name` and `.content` are set once it ends."""
        got = Download()
        with self.page.expect_download() as download:
            yield got
        got.name = download.value.suggested_filename
        with open(download.value.path(), "rb") as file:
            got.content = file.read()


class Download:
    name: str
    content: bytes
