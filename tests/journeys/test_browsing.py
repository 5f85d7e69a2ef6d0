"""Searching and the map in a real browser: by keyboard, on a phone, and without a script."""

import re

from playwright.sync_api import Page, expect

from tests.browser import Visitors
from tests.journeys.district import District


def _map(district: District, page: Page) -> None:
    page.goto("/calls")
    page.get_by_role("main").get_by_role("link", name=district.call).click()
    page.get_by_role("link", name="Karta över motionerna").click()
    expect(page.get_by_role("heading", name="Karta över motionerna")).to_be_visible()


def test_a_search_narrows_the_list_while_one_types_and_its_address_can_be_shared(
    district: District, visitors: Visitors
) -> None:
    page = visitors("sigrid", district.url)
    district.sign_in(page, "sigrid")
    page.goto("/motions")
    page.keyboard.press("Tab")
    page.get_by_label("Sök efter").focus()
    page.keyboard.type("tandvården")
    results = page.locator("#results")
    expect(results.get_by_role("heading", level=3)).to_have_count(2)
    expect(results.locator("mark").first).to_be_visible()
    expect(page.get_by_label("Sök efter")).to_be_focused()
    expect(page).to_have_url(re.compile(r"q=tandv"))

    other = visitors("astrid", district.url, javascript=False)
    district.sign_in(other, "astrid")
    other.goto(page.url)
    expect(other.locator("#results").get_by_role("heading", level=3)).to_have_count(2)
    other.get_by_label("Tema").select_option("Bostad")
    other.get_by_role("button", name="Sök").click()
    expect(other.get_by_role("heading", name="Ingen motion passar")).to_be_visible()


def test_the_map_is_walked_by_keyboard_and_says_what_each_point_is(district: District, visitors: Visitors) -> None:
    page = visitors("sigrid", district.url)
    district.sign_in(page, "sigrid")
    _map(district, page)
    expect(page.locator(".map--wide")).to_be_visible()
    expect(page.locator(".map--narrow")).to_be_hidden()
    points = page.locator(".map--wide .map__point")
    rows = page.locator(".map-table tbody td:first-child a")
    expect(rows).to_have_count(points.count())
    assert [each.get_attribute("href") for each in points.all()] == [each.get_attribute("href") for each in rows.all()]

    points.first.focus()
    for number in range(3):
        point = points.nth(number)
        expect(point).to_be_focused()
        caption = page.locator(".map--wide .map__caption").nth(number)
        expect(caption).to_have_css("visibility", "visible")
        title = rows.nth(number).inner_text()
        expect(caption).to_contain_text(title[:30])
        assert (point.get_attribute("aria-label") or "").startswith(f"{title} (")
        page.keyboard.press("Tab")
    expect(page.locator(".map--wide .map__many", has_text=re.compile(r"^\d+ föreningar$")).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/motions/[0-9a-f-]{36}$"))


def test_the_map_on_a_phone_has_points_to_hit_and_no_sideways_scrolling(district: District, visitors: Visitors) -> None:
    page = visitors("sigrid", district.url, phone=True)
    district.sign_in(page, "sigrid")
    _map(district, page)
    expect(page.locator(".map--narrow")).to_be_visible()
    for circle in page.locator(".map--narrow .map__point circle").all():
        box = circle.bounding_box()
        assert box is not None
        assert box["width"] >= 24
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".map--narrow .map__point circle").first.tap()
    expect(page).to_have_url(re.compile(r"/motions/[0-9a-f-]{36}$"))


def test_a_hidden_draft_is_neither_found_nor_drawn(district: District, visitors: Visitors) -> None:
    page = visitors("dagny", district.url)
    district.sign_in(page, "dagny")
    page.goto("/motions?q=nattbuss+bruket")
    expect(page.get_by_role("heading", name="Ingen motion passar")).to_be_visible()
    _map(district, page)
    expect(page.get_by_role("heading", name="För distriktet")).to_be_visible()
    assert "Nattbuss" not in page.content()


def test_a_theme_is_accepted_with_one_click_while_one_writes(district: District, visitors: Visitors) -> None:
    workbench = district.quickly_begin(visitors("astrid", district.url), "Fler bussar och tåg i kollektivtrafiken")
    page = workbench.page
    themes = page.locator("#themes")
    themes.get_by_role("button", name="Transport").click()
    expect(themes.locator("strong", has_text="Transport")).to_be_visible()
    themes.get_by_role("button", name="Ta bort").click()
    expect(themes.get_by_role("button", name="Transport")).to_be_visible()
