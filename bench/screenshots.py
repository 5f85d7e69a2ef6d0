"""Takes every page's picture at 1280 and 390 px, light and dark, for docs/screenshots/.

    make screenshots

The pages are found as a visitor finds them: from the demo's sign-in links, by the links of each page. Of the pages of
one route, the one with the most on it is taken. A route that no link leads to is named at the end, and the exit status
says so.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from fastapi.routing import RouteContext, iter_route_contexts
from playwright.sync_api import Browser, BrowserContext, Page, Response, StorageState, expect, sync_playwright
from starlette.routing import compile_path

from app.main import create_app
from app.settings import load
from tests.browser import FLAGS, PATIENCE
from tests.servers import Served, find_program

PICTURES = Path(__file__).parent.parent / "docs" / "screenshots"
WIDTHS = {1280: 800, 390: 844}
SCHEMES = ("light", "dark")
#: A picture is cut here, in CSS pixels: lists of motions have no end.
TALLEST = 2000
#: Pages of one route that one person looks at.
VISITS = 5
NOBODY = "nobody"
LOST = "/no-such-page"

#: Routes of which no picture is taken, each with the reason.
WITHOUT: dict[str, str] = {"motion-suggestions": "a part of the motion's page"}


@dataclass(frozen=True, slots=True)
class Found:
    """A page, who sees it, and the name of its pictures."""

    name: str
    person: str
    path: str


def page_routes(folder: Path) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The routes that answer with a whole page, each with the name of its pictures and what its paths look like."""
    app = create_app(load({"VERKSTAD_DATA_DIR": str(folder)}, demo=True))
    for route in iter_route_contexts(app.routes):
        if route.path is not None and "GET" in (route.methods or set()) and _is_page(route):
            yield name_of(route.path), compile_path(route.path)[0]


def _is_page(route: RouteContext) -> bool:
    kind = getattr(route, "response_class", None)
    return isinstance(kind, type) and issubclass(kind, HTMLResponse)


def name_of(path: str) -> str:
    """`/` is start, `/motions` motions, `/motions/{id}` motion, `/join/{token}` join-token."""
    words: list[str] = []
    for part in path.strip("/").split("/"):
        if part.startswith("{") and words and words[-1].endswith("s"):
            words[-1] = words[-1].removesuffix("s")
        elif part:
            words.append(part.strip("{}"))
    return "-".join(words) or "start"


@dataclass
class Explorer:
    """Visits pages as one person after the other, and remembers the fullest page of each route."""

    browser: Browser
    url: str
    routes: dict[str, re.Pattern[str]]
    found: dict[str, Found] = field(default_factory=dict)
    _letters: dict[str, int] = field(default_factory=dict)
    states: dict[str, StorageState] = field(default_factory=dict)

    def explore(self, person: str, *first: str) -> None:
        """Follows what can be reached from `first`; a sign-in link is used, unless it is nobody who looks at it."""
        with visitor(self.browser, self.url) as page:
            ahead, seen = list(first), set(first)
            visits: dict[str, int] = {}
            while ahead:
                path = ahead.pop(0)
                name = self.name(path)
                if name is None or visits.get(name, 0) >= VISITS:
                    continue
                visits[name] = visits.get(name, 0) + 1
                page.goto(path, wait_until="load")
                if name == "sign-in-token" and person != NOBODY:
                    page.locator("main form button").click()
                    page.wait_for_load_state("load")
                    self.states[person] = page.context.storage_state()
                self._remember(person, page)
                new = [link for link in self._links(page) if link not in seen]
                seen.update(new)
                ahead += new

    def _remember(self, person: str, page: Page) -> None:
        # Where one ended up is what the picture will show.
        path = urlsplit(page.url).path
        name = self.name(path)
        if name is None:
            return
        settle(page)
        if name == "motion" and not page.locator("#motion[data-role='author']").count():
            name = "motion-for-readers"
        # Of motions that one writes in, the one that most others resemble.
        telling = page.locator("#suggestions" if name == "motion" else "main")
        letters = len(telling.inner_text())
        if letters > self._letters.get(name, 0):
            self._letters[name] = letters
            self.found[name] = Found(name, person, path)

    def name(self, path: str) -> str | None:
        return next((name for name, pattern in self.routes.items() if pattern.match(urlsplit(path).path)), None)

    def _links(self, page: Page) -> list[str]:
        gathered: list[str] = page.locator("a[href]:not([download])").evaluate_all("all => all.map(a => a.href)")
        ours = [urlsplit(link) for link in gathered if link.startswith(self.url)]
        return [f"{link.path}?{link.query}" if link.query else link.path for link in ours]


@contextmanager
def visitor(
    browser: Browser, url: str, width: int = 1280, scheme: str = "light", state: StorageState | None = None
) -> Iterator[Page]:
    """A page that stops the whole thing when something that it loads is not there."""
    context: BrowserContext = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        is_mobile=width < 600,
        has_touch=width < 600,
        storage_state=state,
    )
    missing: list[str] = []

    def on_response(response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            missing.append(f"{response.status} {response.url}")

    context.on("response", on_response)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    yield page
    at = page.url
    context.close()
    if missing:
        raise RuntimeError(f"{at} asked in vain for {missing}")


def settle(page: Page) -> None:
    """Returns when fonts, the live text and what is fetched beside it have arrived."""
    page.evaluate("document.fonts.ready.then(() => true)")
    if page.locator("#motion").count():
        expect(page.locator("html[data-ready='1']")).to_be_attached()
    if page.locator("#suggestions").count():
        expect(page.locator("#suggestions > *").first).to_be_attached()


def picture(browser: Browser, url: str, state: StorageState | None, found: Found) -> None:
    for width, height in WIDTHS.items():
        for scheme in SCHEMES:
            with visitor(browser, url, width, scheme, state) as page:
                page.goto(found.path, wait_until="load")
                settle(page)
                tall = min(TALLEST, max(height, int(page.evaluate("document.documentElement.scrollHeight"))))
                # The page for writing is shown as one sees it; other pages from top to bottom.
                cut = height if found.name == "motion" else tall
                page.screenshot(
                    path=PICTURES / f"{found.name}-{width}-{scheme}.png",
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": width, "height": cut},
                )


@contextmanager
def somebody_writing(explorer: Explorer) -> Iterator[None]:
    """Lets a guest into the motion that was found, by a new share link; stays there with the caret in the text."""
    motion = explorer.found["motion"]
    with visitor(explorer.browser, explorer.url, state=explorer.states[motion.person]) as page:
        page.goto(f"{motion.path}/sharing")
        page.locator("form[action$='share-links'] button").click()
        page.wait_for_load_state("load")
        link = re.search(rf"{re.escape(explorer.url)}(/join/[\w.~-]+)", page.content())
        assert link is not None
    explorer.explore(NOBODY, link[1])
    with visitor(explorer.browser, explorer.url, 390) as page:
        page.goto(link[1])
        page.get_by_label("Ditt namn").fill("Bo Ek")
        page.locator("main form button").click()
        settle(page)
        page.locator("#body p").last.click()
        yield


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        routes = dict(page_routes(Path(folder)))
        served = Served(Path(folder), "demo")
        served.start()
        try:
            program = find_program(["chromium"], "chromium")
            browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
            explorer = Explorer(browser, served.url, routes)
            links = re.findall(rf"{re.escape(served.url)}(/sign-in/\S+)", served.log.read_text())
            # Looking at a sign-in link does not use it up.
            explorer.explore(NOBODY, "/", "/join", links[0])
            for number, link in enumerate(links):
                explorer.explore(f"person {number}", link)
            with somebody_writing(explorer):
                for found in [*explorer.found.values(), Found("not-found", NOBODY, LOST)]:
                    print(f"{found.name}: {found.path}")
                    picture(browser, served.url, explorer.states.get(found.person), found)
            browser.close()
        finally:
            served.stop()
    missing = set(routes) - set(explorer.found) - set(WITHOUT)
    for name in sorted(missing):
        print(f"no link leads to a page for: {name}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
