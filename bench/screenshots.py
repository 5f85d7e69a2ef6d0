"""Takes every page's picture at 1280 and 390 px, light and dark, for docs/screenshots/.

    make screenshots                          all
    python -m bench.screenshots write receipt   some of them

The pages are those of tests/journeys/rooms.py, of a demo that is furnished for it. Two guests write in the motion that
is written together while its pictures are taken.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.png import Shrinker
from tests.browser import FLAGS, PATIENCE
from tests.journeys.conftest import WORLD
from tests.journeys.district import District
from tests.journeys.rooms import GUEST, SECOND_GUEST, House, Room, furnish, open_room, settle
from tests.servers import Served, find_program

PICTURES = Path(__file__).parent.parent / "docs" / "screenshots"
WIDTHS = {1280: 960, 390: 844}
SCHEMES = ("light", "dark")
#: A picture is cut here, in CSS pixels: lists of motions have no end.
TALLEST = 1800


@contextmanager
def visitor(browser: Browser, house: House, who: str, width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    context = browser.new_context(
        base_url=house.district.url,
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        is_mobile=width < 600,
        has_touch=width < 600,
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies(house.cookies(who))
    yield context.new_page()
    context.close()


@contextmanager
def company(browser: Browser, house: House) -> Iterator[None]:
    """Two guests who have the motion open, each with the caret in the text."""
    with visitor(browser, house, GUEST, 390) as bo, visitor(browser, house, SECOND_GUEST) as mona:
        for page in (bo, mona):
            page.goto(house.motion)
            settle(page)
        bo.locator("#body p").last.click()
        bo.keyboard.press("End")
        mona.locator("#demands [data-demand-text]").first.click()
        mona.keyboard.press("End")
        expect(bo.locator(".caret")).to_have_count(1)
        yield


def take(browser: Browser, house: House, room: Room, shrinker: Shrinker) -> None:
    for width, height in WIDTHS.items():
        for scheme in SCHEMES:
            with visitor(browser, house, room.who, width, scheme) as page:
                open_room(page, room)
                if room.path == house.motion and "Frånkopplad" not in page.locator("#save-state").inner_text():
                    expect(page.locator(".sheet .caret")).to_have_count(2)
                    page.locator(".sheet .caret").first.evaluate("caret => caret.scrollIntoView({ block: 'center' })")
                picture = page.screenshot() if room.path == house.motion else _whole(page, width, height)
            path = PICTURES / f"{room.name}-{width}-{scheme}.png"
            path.write_bytes(shrinker.shrink(picture))


def _whole(page: Page, width: int, height: int) -> bytes:
    """The page from top to bottom; the one for writing is shown as one sees it instead, its tools at their place."""
    tall = min(TALLEST, max(height, int(page.evaluate("document.documentElement.scrollHeight"))))
    return page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": tall})


def index(rooms: list[Room]) -> str:
    """The page that leads to all pictures."""
    views = [(width, scheme) for width in WIDTHS for scheme in SCHEMES]
    lines = [
        "# Every page",
        "",
        "Taken of the demo by `make screenshots`. Each page 1280 and 390 pixels wide, in the light and in the dark.",
        "",
        "![Writing together](write-1280-light.png)",
        "",
        "| page | " + " | ".join(f"{width}, {scheme}" for width, scheme in views) + " |",
        "|---|" + "---|" * len(views),
    ]
    for room in rooms:
        links = [f"[{width}]({room.name}-{width}-{scheme}.png)" for width, scheme in views]
        lines.append(f"| {room.shows} | {' | '.join(links)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    wanted = set(sys.argv[1:])
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        served = Served(Path(folder), "demo")
        served.start()
        try:
            browser = playwright.chromium.launch(
                executable_path=find_program(["chromium"], "chromium"), args=list(FLAGS)
            )
            house = furnish(District(served, json.loads(WORLD.read_text("utf-8"))))
            if not wanted:
                for old in PICTURES.glob("*.png"):
                    old.unlink()
            shrinker = Shrinker(browser)
            with company(browser, house):
                for room in house.rooms:
                    if not wanted or room.name in wanted:
                        print(room.name, flush=True)
                        take(browser, house, room, shrinker)
            (PICTURES / "README.md").write_text(index(house.rooms))
            house.close()
            browser.close()
        finally:
            served.stop()
    size = sum(path.stat().st_size for path in PICTURES.glob("*.png"))
    print(f"{size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
