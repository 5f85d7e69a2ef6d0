"""Nothing jumps before one's eyes while a motion opens, in whatever order its parts arrive.

What is proposed for a paragraph is shown below it once it is there, and moves what follows: that is left out.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.test_comments import SENTENCE, begin, comment, said
from tests.journeys.test_proposals import demand_id, send

#: Of the window, times how far: what is called good is 0.1; budget of the product is half of that.
ALLOWED = 0.05

WATCH = """(() => {
  const shifts = (window.shifts = [])
  const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ")
  const name = (node) => node && (node.nodeType === 1 ? node : node.parentElement)?.outerHTML.slice(0, 60)
  const told = ({ node, previousRect, currentRect }) => `${name(node)}: ${box(previousRect)} → ${box(currentRect)}`
  const take = (entries) => {
    for (const { value, hadRecentInput, sources } of entries)
      if (!hadRecentInput) shifts.push({ value, sources: sources.map(told) })
  }
  const observer = new PerformanceObserver((list) => take(list.getEntries()))
  observer.observe({ type: "layout-shift", buffered: true })
  window.allShifts = async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame)
    take(observer.takeRecords())
    return shifts
  }
})()"""
#: In so many of them, times three, everything has been asked for.
FRAMES = 300
#: What is fetched once the page is there, from above to below.
PARTS = ("visits", "advice", "comments", "proposals", "contacts", "suggestions")


def shifts(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("window.allShifts()")
    return found


@pytest.mark.parametrize("order", [PARTS, PARTS[::-1]], ids=["from above", "from below"])
@pytest.mark.parametrize("phone", [False, True], ids=["computer", "phone"])
def test_nothing_moves_while_a_motion_opens(
    district: District, visitors: Visitors, order: tuple[str, ...], phone: bool
) -> None:
    astrid, bo = begin(district, visitors)
    comment(bo, SENTENCE[:20], "Varje timme?")
    words = {"base": "att bussen går på kvällen", "wording": "att bussen går hela kvällen"}
    send(bo, astrid.path, kind="reword", target=demand_id(bo, 1), **words)
    astrid.page.goto("/home")

    page = visitors("astrid again", district.url, phone=phone)
    district.sign_in(page, "astrid")
    page.add_init_script(WATCH)
    held: dict[str, Route] = {}

    def hold(route: Route) -> None:
        held[urlsplit(route.request.url).path.rsplit("/", 1)[-1]] = route

    page.route(re.compile(f"{astrid.path}/({'|'.join(PARTS)})$"), hold)
    page.goto(astrid.path)
    expect(page.locator("html[data-ready='1']")).to_be_attached()
    for part in order:
        for _ in range(FRAMES):
            if part in held:
                break
            shifts(page)
        with page.expect_response(f"**{astrid.path}/{part}"):
            held[part].continue_()
        shifts(page)
    expect(said(page, "Varje timme?")).to_have_count(1)
    expect(page.locator("#demands .demand__proposal")).to_have_count(1)
    expect(page.locator("[data-holds]")).to_have_count(0)
    found = shifts(page)
    assert sum(each["value"] for each in found) <= ALLOWED, found
