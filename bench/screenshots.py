"""Takes every page's picture at 1280 and 390 px, light and dark, for docs/screenshots/.

    make screenshots

The pages are found as a visitor finds them: starting from the demo's sign-in links, by the links of each page. Of each
route the first page that was found is taken. A route for pages that nobody's links lead to is named at the end, and
the exit status says so.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from fastapi.routing import RouteContext, iter_route_contexts
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.routing import compile_path

from app.main import create_app
from app.settings import load
from tests.browser import FLAGS
from tests.servers import Served, find_program

PICTURES = Path(__file__).parent.parent / "docs" / "screenshots"
WIDTHS = {1280: 800, 390: 844}
SCHEMES = ("light", "dark")
#: A page is cut here, in CSS pixels: lists of motions have no end.
TALLEST = 2400
#: What one visitor follows before giving up on finding more.
MOST_VISITS = 150
NOBODY = "nobody"
LOST = "/no-such-page"


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
        if "GET" in (route.methods or set()) and _is_page(route) and route.path is not None:
            yield name_of(route.path), compile_path(route.path)[0]


def _is_page(route: RouteContext) -> bool:
    kind = getattr(route, "response_class", None)
    return isinstance(kind, type) and issubclass(kind, HTMLResponse)


def name_of(path: str) -> str:
    """`/` is start, `/motions` motions, `/motions/{id}` motion, `/motions/{id}/versions` motion-versions."""
    words: list[str] = []
    for part in path.strip("/").split("/"):
        if part.startswith("{"):
            if words:
                words[-1] = words[-1].removesuffix("s")
        elif part:
            words.append(part)
    return "-".join(words) or "start"


class Explorer:
    """Visits pages as one person after the other, and remembers the first page of each route."""

    def __init__(self, browser: Browser, url: str, routes: dict[str, re.Pattern[str]]) -> None:
        self.browser = browser
        self.url = url
        self.routes = routes
        self.found: dict[str, Found] = {}
        self.states: dict[str, object] = {}

    def explore(self, person: str, first: str) -> None:
        context = self.browser.new_context(base_url=self.url, locale="sv-SE", timezone_id="Europe/Stockholm")
        page = context.new_page()
        ahead, seen = [first], {first}
        visits: dict[str, int] = {}
        while ahead and sum(visits.values()) < MOST_VISITS:
            path = ahead.pop(0)
            name = next((name for name, pattern in self.routes.items() if pattern.match(urlsplit(path).path)), None)
            # A few pages of each kind: the first may lack what the next one links to.
            if name is None or visits.get(name, 0) >= 3:
                continue
            visits[name] = visits.get(name, 0) + 1
            page.goto(path, wait_until="load")
            if page.locator("form[action*='sign-in/'] button").count() and person != NOBODY:
                page.locator("form[action*='sign-in/'] button").first.click()
                page.wait_for_load_state("load")
                self.states[person] = context.storage_state()
                path = urlsplit(page.url).path
                name = next((name for name, pattern in self.routes.items() if pattern.match(path)), name)
            self.found.setdefault(name, Found(name, person, path))
            for link in self._links(page):
                if link not in seen:
                    seen.add(link)
                    ahead.append(link)
        context.close()

    def _links(self, page: Page) -> list[str]:
        gathered: list[str] = page.evaluate(
            """() => [...document.querySelectorAll("a[href]:not([download])")].map(a => a.href)
                .concat([...document.querySelectorAll("input[readonly]")].map(i => i.value))"""
        )
        ours = [urlsplit(link) for link in gathered if link.startswith(self.url)]
        return [f"{link.path}?{link.query}" if link.query else link.path for link in ours]


def picture(browser: Browser, url: str, state: object, found: Found) -> None:
    for width, height in WIDTHS.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                base_url=url,
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
                locale="sv-SE",
                timezone_id="Europe/Stockholm",
                is_mobile=width < 600,
                has_touch=width < 600,
                storage_state=state,  # type: ignore[arg-type]  # as another context gave it
            )
            page = context.new_page()
            page.goto(found.path, wait_until="load")
            page.evaluate("document.fonts.ready.then(() => true)")
            tall = min(TALLEST, max(height, int(page.evaluate("document.documentElement.scrollHeight"))))
            page.set_viewport_size({"width": width, "height": tall})
            page.screenshot(path=PICTURES / f"{found.name}-{width}-{scheme}.png")
            context.close()


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        routes = dict(page_routes(Path(folder)))
        served = Served(Path(folder), "demo")
        served.start()
        try:
            browser = playwright.chromium.launch(
                executable_path=find_program(["chromium"], "chromium"), args=list(FLAGS)
            )
            explorer = Explorer(browser, served.url, routes)
            said = served.log.read_text()
            links = re.findall(rf"{re.escape(served.url)}(/sign-in/\S+)", said)
            # Looking at a sign-in link does not use it up.
            explorer.explore(NOBODY, "/")
            explorer.explore(NOBODY, links[0])
            for number, link in enumerate(links):
                explorer.explore(f"person {number}", link)
            for found in [*explorer.found.values(), Found("not-found", NOBODY, LOST)]:
                print(f"{found.name}: {found.path.partition('?')[0]}")
                picture(browser, served.url, explorer.states.get(found.person), found)
            browser.close()
        finally:
            served.stop()
    missing = set(routes) - set(explorer.found)
    for name in sorted(missing):
        print(f"no link leads to a page for: {name}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
