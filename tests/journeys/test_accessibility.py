"""Every page, wide and narrow, in the light and in the dark: nothing that axe objects to, nothing that must be scrolled
for sideways at 320 px, and nothing that cannot be read without a script."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.rooms import House, Room, furnish, open_room, page_routes

AXE = Path(__file__).parent.parent.parent / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {1280: 800, 390: 844}
SCHEMES = ("light", "dark")
NARROWEST = {"width": 320, "height": 640}

#: Answers that some pages give on purpose, and what a page says of a connection that was taken away.
EXPECTED = r"status of (403|404|422)|ERR_INTERNET_DISCONNECTED|Failed to fetch|sse:error"

#: Only these rules look at colours: in the dark, the others would say the same again.
ABOUT_COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="module")
def house(district: District) -> Iterator[House]:
    house = furnish(district)
    yield house
    house.close()


def _visit(visitors: Visitors, house: House, room: Room, *, javascript: bool = True) -> Page:
    page = visitors(room.name, house.district.url, javascript=javascript)
    page.context.add_cookies(house.cookies(room.who))
    return page


def objections(page: Page, rules: list[str]) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(
        """async (rules) => {
            const options = { resultTypes: ["violations"], ...(rules.length ? { runOnly: rules } : {}) }
            const { violations } = await axe.run(document, options)
            return violations.flatMap(({ id, nodes }) =>
                nodes.map(({ html, failureSummary }) => ({ id, html, why: failureSummary })))
        }""",
        rules,
    )
    return [f"{each['id']}: {each['html'][:200]}\n{each['why']}" for each in found]


def test_axe_objects_to_nothing_and_nothing_sticks_out(house: House, visitors: Visitors) -> None:
    visitors.expect_complaint(EXPECTED)
    axe, wrong = AXE.read_text("utf-8"), []
    for room in house.rooms:
        page = _visit(visitors, house, room)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.context.set_offline(False)
            open_room(page, room)
            page.evaluate(axe)
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                rules = ABOUT_COLOURS if scheme == "dark" else []
                wrong += [f"{room.name}, {width} px, {scheme}: {each}" for each in objections(page, rules)]
        page.set_viewport_size({"width": NARROWEST["width"], "height": NARROWEST["height"]})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > NARROWEST["width"]:
            wrong.append(f"{room.name}: {wide} px wide at {NARROWEST['width']}")
        page.context.close()
    assert not wrong, "\n".join(wrong)


def test_every_page_can_be_read_without_a_script(house: House, visitors: Visitors) -> None:
    visitors.expect_complaint(EXPECTED)
    for room in house.rooms:
        if room.name == "write-offline":
            continue
        page = _visit(visitors, house, room, javascript=False)
        page.goto(room.path)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("main")).to_be_visible()
        if room.name.startswith("write"):
            journey = house.district.journey
            expect(page.get_by_label("Rubrik", exact=True)).to_have_value(journey["title"])
            expect(page.get_by_text(journey["body"].split("\n")[0])).to_be_visible()
            expect(page.get_by_text(journey["demands"][0])).to_be_visible()
        page.context.close()


def test_every_page_has_a_room(house: House, tmp_path: Path) -> None:
    paths = [room.path.partition("?")[0] for room in house.rooms]
    unseen = [route for route, pattern in page_routes(tmp_path) if not any(pattern.match(path) for path in paths)]
    # Whoever is signed in has no use for the first page, and is led on.
    assert not unseen
