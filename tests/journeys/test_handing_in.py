"""Handing in: the text is locked wherever it is open, and every later attempt is told what happened and what to do."""

import re
from datetime import datetime, timedelta

import httpx
from playwright.sync_api import Page, expect

from app.kit import clock
from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.workbench import Workbench, at_once

Pair = tuple[Workbench, Workbench]

FROZEN = "Texten är låst sedan motionen lämnades in, så den kan inte längre ändras."


#: Remembers the longest that the last paragraph has ever been on the page: a key that shows nothing has typed nothing.
_KEEP_THE_LONGEST = """() => {
    const body = document.querySelector("#body")
    const look = () => {
        const now = [...body.querySelectorAll("p")].at(-1).textContent
        if (now.length > window.longest.length) window.longest = now
    }
    window.longest = ""
    look()
    new MutationObserver(look).observe(body, { subtree: true, childList: true, characterData: true })
}"""


def _write(astrid: Workbench) -> None:
    """Enough to be handed in."""
    astrid.go_below("Bakgrund")
    astrid.type("Den sista bussen går halv sex.")
    astrid.go_to_demand(1)
    astrid.type("bussen går till tio")
    astrid.saved()


def _submission(astrid: Workbench, page: Page) -> None:
    page.goto(f"{astrid.path}/submission")
    expect(page.get_by_role("heading", name="Lämna in motionen", level=1)).to_be_visible()


def _hand_in(page: Page) -> None:
    page.get_by_role("button", name="Lämna in motionen").click()


def test_text_is_locked_in_both_open_editors(district: District, pair: Pair) -> None:
    astrid, bo = pair
    _write(astrid)
    other_tab = astrid.page.context.new_page()
    _submission(astrid, other_tab)
    _hand_in(other_tab)
    expect(other_tab.get_by_role("region", name="Motionen är inlämnad")).to_be_visible()

    for each in (astrid, bo):
        expect(each.page.get_by_role("alert")).to_contain_text("Motionen är inlämnad")
        expect(each.page.get_by_role("alert")).to_contain_text(FROZEN)
        expect(each.page.locator("[contenteditable=true]")).to_have_count(0)
        expect(each.title).not_to_be_editable()
        expect(each.body).to_contain_text("Den sista bussen går halv sex.")
        expect(each.page.get_by_role("button", name="Lägg till att-sats")).to_have_count(0)
    expect(astrid.page.get_by_role("link", name="Kvittens", exact=True)).to_be_visible()
    bo.body.click()
    bo.type("Mer text")
    astrid.page.reload()
    expect(astrid.page.get_by_role("heading", name="Kvällsbuss", level=1)).to_be_visible()
    expect(astrid.page.get_by_role("main")).to_contain_text("Texten är låst")
    expect(astrid.page.get_by_role("main")).not_to_contain_text("Mer text")


def test_what_was_typed_too_late_is_shown_to_be_copied(pair: Pair, visitors: Visitors) -> None:
    visitors.expect_complaint("ERR_INTERNET_DISCONNECTED|Failed to fetch|sse:error")
    astrid, bo = pair
    _write(astrid)
    expect(bo.body).to_contain_text("halv sex.")
    bo.go_below("Bakgrund")
    bo.page.context.set_offline(True)
    bo.type(" Bos sista ord.")
    _submission(astrid, astrid.page)
    _hand_in(astrid.page)
    expect(astrid.page.get_by_role("region", name="Motionen är inlämnad")).to_be_visible()

    bo.page.context.set_offline(False)
    notice = bo.page.get_by_role("alert")
    expect(notice).to_contain_text("Det här kom inte med i motionen.")
    expect(notice.get_by_role("textbox")).to_have_value(re.compile(r"Den sista bussen går halv sex\. Bos sista ord\."))
    expect(notice.get_by_role("button", name="Kopiera texten")).to_be_visible()
    expect(bo.blocks.nth(1)).to_have_text("Den sista bussen går halv sex.")


def test_words_typed_while_it_is_handed_in_are_in_it_or_in_sight(district: District, pair: Pair) -> None:
    astrid, bo = pair
    _write(astrid)
    other_tab = astrid.page.context.new_page()
    _submission(astrid, other_tab)
    bo.go_below("Vad vi vill")
    bo.type("Bo skriver ")
    bo.page.evaluate(_KEEP_THE_LONGEST)
    with other_tab.expect_navigation():
        other_tab.get_by_role("button", name="Lämna in motionen").click(no_wait_after=True)
        at_once((bo, "medan Astrid lämnar in motionen, ord för ord för ord."))
    expect(bo.page.get_by_role("alert")).to_contain_text("Motionen är inlämnad")
    handed_in = district.told(astrid.path)["body"]
    in_sight = bo.page.get_by_role("alert").get_by_role("textbox")
    kept = in_sight.input_value() if in_sight.count() else ""
    appeared = bo.page.evaluate("longest").strip()
    assert appeared.startswith("Bo skriver")
    assert appeared in handed_in or appeared in kept


def test_second_attempt_is_told_of_the_first(pair: Pair, visitors: Visitors) -> None:
    visitors.expect_complaint("console: .* 409 .*/submission")
    astrid, _bo = pair
    _write(astrid)
    first, second = astrid.page, astrid.page.context.new_page()
    _submission(astrid, first)
    _submission(astrid, second)
    _hand_in(first)
    receipt = first.get_by_role("region", name="Motionen är inlämnad")
    digest = receipt.locator(".hash").inner_text()
    at = receipt.get_by_role("time").inner_text()

    _hand_in(second)
    expect(second.get_by_role("alert")).to_contain_text("Motionen är redan inlämnad")
    expect(second.get_by_role("alert")).to_contain_text(f"Astrid Hallmyr lämnade in motionen {at}.")
    expect(second.locator(".receipt .hash")).to_have_text(digest)


def test_receipt_names_the_time_and_the_fingerprint_of_the_text(district: District, pair: Pair) -> None:
    astrid, _bo = pair
    page = astrid.page
    _write(astrid)
    _submission(astrid, page)
    before = clock.now().replace(microsecond=0)
    _hand_in(page)
    receipt = page.get_by_role("region", name="Motionen är inlämnad")
    at = datetime.fromisoformat(receipt.get_by_role("time").get_attribute("datetime") or "")
    assert before - timedelta(minutes=1) <= at <= clock.now() + timedelta(seconds=1)
    assert re.fullmatch(r"[0-9a-f]{64}", receipt.locator(".hash").inner_text())
    page.get_by_text("Kontrollera fingeravtrycket själv").click()
    expect(page.get_by_role("link", name="Kvittensens innehåll")).to_be_visible()

    page.goto("/demo/mail")
    district.newest_mail(page, "astrid@example.org", "är inlämnad till Älvringe partidistrikt")


def test_locked_text_refuses_programs_too(district: District, pair: Pair) -> None:
    astrid, _bo = pair
    _write(astrid)
    _submission(astrid, astrid.page)
    _hand_in(astrid.page)
    expect(astrid.page.get_by_role("region", name="Motionen är inlämnad")).to_be_visible()
    answer = httpx.patch(
        f"{district.url}/api/v1{astrid.path}",
        json={"title": "En annan rubrik"},
        headers={"authorization": f"Bearer {district.token}"},
        timeout=30,
    )
    assert (answer.status_code, answer.json()["title"]) == (409, "Texten är låst")
    assert district.told(astrid.path)["title"] == "Kvällsbuss"


def test_motion_without_demands_is_not_taken(pair: Pair) -> None:
    astrid, _bo = pair
    page = astrid.page
    _submission(astrid, page)
    expect(page.get_by_role("main")).to_contain_text("Motionen saknar att-satser.")
    expect(page.get_by_role("button", name="Lämna in motionen")).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name="Gå till texten").last.click()
    astrid.ready()


def test_guest_is_told_who_hands_it_in(pair: Pair) -> None:
    astrid, bo = pair
    _write(astrid)
    bo.page.goto(f"{astrid.path}/submission")
    expect(bo.page.get_by_role("main")).to_contain_text("Astrid Hallmyr är ansvarig för motionen och lämnar in den.")
    expect(bo.page.get_by_role("button", name="Lämna in motionen")).to_have_count(0)


def test_late_motion_is_taken_and_marked_as_late(district: District, pair: Pair, visitors: Visitors) -> None:
    astrid, _bo = pair
    page = astrid.page
    _write(astrid)
    dagny = visitors("dagny", district.url)
    district.sign_in(dagny, "dagny")
    yesterday = clock.now().astimezone(clock.STOCKHOLM) - timedelta(days=1)
    before = _move_the_deadline(district, dagny, f"{yesterday:%Y-%m-%dT%H:%M}")
    expect(dagny.get_by_role("main")).to_contain_text("har passerat")

    _submission(astrid, page)
    expect(page.get_by_role("main")).to_contain_text("Motionsstopp har passerat")
    expect(page.get_by_role("main")).to_contain_text("Kvittensen visar att den kom sent")
    _hand_in(page)
    expect(page.get_by_role("region", name="Motionen är inlämnad")).to_contain_text("Sen")
    expect(page.get_by_role("main")).to_contain_text("Motionen kom sent")

    _move_the_deadline(district, dagny, before)
    page.reload()
    expect(page.get_by_role("region", name="Motionen är inlämnad")).to_contain_text("Sen")


def _move_the_deadline(district: District, page: Page, to: str) -> str:
    """Returns when it was before."""
    page.goto("/calls")
    page.get_by_role("main").get_by_role("link", name=district.call).click()
    field = page.get_by_label("Nytt motionsstopp")
    before = field.input_value()
    field.fill(to)
    page.get_by_role("button", name="Flytta motionsstopp").click()
    expect(page.get_by_role("status").first).to_contain_text("Motionsstopp är nu")
    return before
