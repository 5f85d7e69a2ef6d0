"""A real Chromium for the tests, and pages that fail their test when they complain or ask a stranger for anything.

Chromium lives as long as one test module: Playwright's loop would stand in the way of asynchronous tests elsewhere, so
a module holds tests of one kind.
"""

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebError,
    expect,
    sync_playwright,
)

from tests.servers import find_program

#: How long an expectation of a page may take to come true, in milliseconds. Generous: the machine may be busy.
PATIENCE = 15_000

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[_failed] = report.failed
    return report


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    program = find_program(["chromium"], "chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


class Visitors:
    """Opens a page for each person, each in a context of its own, as if on a device of their own.

    Whatever the pages complain of is gathered, and fails the test unless the test expected it: errors in the console
    (refusals by the content security policy among them), uncaught errors, and requests to anybody but the product.
    """

    def __init__(self, browser: Browser) -> None:
        self.complaints: list[str] = []
        self.pages: dict[str, Page] = {}
        self._browser = browser
        self._expected: list[re.Pattern[str]] = []
        self._hosts: set[str] = set()

    def __call__(
        self,
        name: str,
        base_url: str,
        *,
        phone: bool = False,
        dark: bool = False,
        javascript: bool = True,
    ) -> Page:
        """A page for `name`, 1280×800 or a phone of 390×844, in Swedish, with paths relative to `base_url`."""
        self._hosts.add(urlsplit(base_url).netloc)
        context = self._browser.new_context(
            base_url=base_url,
            viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 800},
            device_scale_factor=2 if phone else 1,
            is_mobile=phone,
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            java_script_enabled=javascript,
        )
        context.set_default_timeout(PATIENCE)
        self._listen(name, context)
        page = context.new_page()
        self.pages[name] = page
        return page

    def expect_complaint(self, pattern: str) -> None:
        """From now on a complaint that matches the regular expression is part of the test, such as a 404 asked for."""
        self._expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [said for said in self.complaints if not any(pattern.search(said) for pattern in self._expected)]

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()

    def _listen(self, name: str, context: BrowserContext) -> None:
        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.complaints.append(f"{name}, console: {message.text} ({message.location.get('url', '')})")

        def on_error(error: WebError) -> None:
            self.complaints.append(f"{name}, uncaught: {error.error.stack or error.error.message}")

        def on_request(request: Request) -> None:
            where = urlsplit(request.url)
            if where.scheme not in {"data", "blob"} and where.netloc not in self._hosts:
                self.complaints.append(f"{name}, third party: {request.url}")

        context.on("console", on_console)
        context.on("weberror", on_error)
        context.on("request", on_request)


@pytest.fixture
def visitors(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visitors]:
    """`visitors("astrid", served.url)` opens a page; see `Visitors`. A failed test leaves pictures in test-results/."""
    visiting = Visitors(chromium)
    yield visiting
    complaints = visiting.unexpected()
    if complaints or request.node.stash.get(_failed, False):
        folder = Path(request.config.rootpath) / "test-results"
        folder.mkdir(exist_ok=True)
        for name, page in visiting.pages.items():
            if not page.is_closed():
                page.screenshot(path=folder / f"{re.sub(r'[^a-z0-9_]+', '-', request.node.name)}-{name}.png")
    visiting.close()
    assert not complaints, "the pages complained:\n" + "\n".join(complaints)
