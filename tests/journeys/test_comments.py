"""Somebody comments on words that somebody else is writing: both see them marked, wherever the words go."""

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import Visitors
from tests.journeys.district import BO, District
from tests.journeys.workbench import Workbench

WORDS = "den sista avgår redan klockan sju"
SENTENCE = f"Bussen går en gång i timmen och {WORDS}."


def begin(district: District, visitors: Visitors) -> tuple[Workbench, Page]:
    """Astrid's motion with some text in it, and Bo, who may comment but not write."""
    astrid = district.quickly_begin(visitors("astrid", district.url), "Kvällsbuss")
    astrid.go_below("Bakgrund")
    astrid.type(SENTENCE)
    astrid.go_to_demand(1)
    astrid.type("bussen går på kvällen")
    astrid.press("Enter")
    astrid.type("biljetten blir billigare")
    astrid.saved()
    made = astrid.page.request.post(f"{astrid.path}/share-links", form={"role": "commenter"})
    link = re.search(r'value="(http[^"]+/join/[^"]+)"', made.text())
    assert link
    bo = visitors("bo", district.url)
    bo.request.post(link[1], form={"name": BO})
    bo.goto(astrid.path)
    expect(bo.locator("html[data-ready='1']")).to_be_attached()
    expect(bo.locator("#comment-composer")).to_be_attached()
    return astrid, bo


def select(page: Page, words: str) -> None:
    """Marks words of the text, as a finger or a mouse does."""
    page.evaluate(
        """words => {
          const walker = document.createTreeWalker(document.querySelector(".sheet"), NodeFilter.SHOW_TEXT)
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words)
            if (at < 0) continue
            getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length)
            return
          }
          throw new Error("not in the text: " + words)
        }""",
        words,
    )


def comment(page: Page, words: str, text: str) -> None:
    """Comments on words of the text by the button that comes up beside them."""
    select(page, words)
    page.locator("#comment-here").click()
    expect(page.get_by_label("Din kommentar", exact=True)).to_be_focused()
    page.keyboard.type(text)
    page.get_by_role("button", name="Skicka kommentaren").click()
    expect(said(page, text)).to_be_visible()


def said(page: Page, text: str) -> Locator:
    return page.locator(".comment").filter(has_text=text)


def test_comment_is_made_answered_and_resolved_before_the_eyes_of_both(district: District, visitors: Visitors) -> None:
    astrid, bo = begin(district, visitors)
    comment(bo, WORDS, "Vilken linje gäller det?")
    for page in (astrid.page, bo):
        expect(page.locator("#body .commented")).to_have_text(WORDS)
        expect(said(page, "Vilken linje").locator(".comment__quote")).to_have_text(WORDS)

    astrid.page.locator("#body .commented").click()
    thread = said(astrid.page, "Vilken linje")
    expect(thread).to_have_attribute("aria-current", "true")
    thread.get_by_text("Svara").click()
    thread.get_by_label("Ditt svar").fill("Linje 42.")
    thread.get_by_role("button", name="Skicka svaret").click()
    expect(said(bo, "Vilken linje")).to_contain_text("Linje 42.")

    # What somebody is writing in the panel outlives what the others do.
    bo.locator(".comment").get_by_text("Svara").click()
    bo.get_by_label("Ditt svar").fill("Tack, då")
    comment(astrid.page, "bussen går på kvällen", "Eller natten?")
    expect(said(bo, "Eller natten?")).to_be_visible()
    expect(said(bo, "Vilken linje").get_by_label("Ditt svar")).to_have_value("Tack, då")

    thread.get_by_role("button", name="Klar").click()
    for page in (astrid.page, bo):
        expect(said(page, "Vilken linje")).to_have_count(0)
        expect(page.locator("#body .commented")).to_have_count(0)
    bo.get_by_role("link", name="Klara 1").click()
    expect(said(bo, "Vilken linje")).to_contain_text("Linje 42.")
    assert astrid.read().body[1] == SENTENCE


def test_marks_follow_their_words_and_a_comment_says_when_they_are_gone(district: District, visitors: Visitors) -> None:
    astrid, bo = begin(district, visitors)
    comment(bo, WORDS, "Vilken linje gäller det?")
    comment(bo, "billigare", "Gratis!")
    marked = [page.locator("#body .commented") for page in (astrid.page, bo)]

    astrid.go_below("Bakgrund")
    astrid.press("Home")
    astrid.type("Så här är det: ")
    for _ in range(len("Bussen går en gång i timmen")):
        astrid.press("ArrowRight")
    # The paragraph is divided right before the words, and its end becomes a heading.
    astrid.press("Enter")
    for mark in marked:
        expect(mark).to_have_text(WORDS)
    astrid.format("Mindre mellanrubrik")
    for mark in marked:
        expect(mark).to_have_text(WORDS)
    astrid.press("ControlOrMeta+z")
    expect(marked[1]).to_have_text(WORDS)

    astrid.move_up(2)
    for page in (astrid.page, bo):
        expect(page.locator("#demands > li").first.locator(".commented")).to_have_text("billigare")
        expect(said(page, "Gratis!")).to_contain_text("Att-sats 1")

    select(astrid.page, WORDS)
    astrid.press("Delete")
    for page in (astrid.page, bo):
        expect(said(page, "Vilken linje")).to_contain_text("De här orden finns inte längre i texten.")
        expect(said(page, "Vilken linje")).to_contain_text(WORDS)
    astrid.press("ControlOrMeta+z")
    for mark in marked:
        expect(mark).to_have_text(WORDS)

    astrid.strike(1)
    expect(said(bo, "Gratis!")).to_contain_text("En att-sats som har tagits bort")


def test_comment_that_was_taken_away_can_be_taken_back(district: District, visitors: Visitors) -> None:
    astrid, bo = begin(district, visitors)
    comment(bo, WORDS, "Nej, vänta")
    said(bo, "Nej, vänta").get_by_role("button", name="Ta bort").click()
    expect(said(astrid.page, "Nej, vänta")).to_have_count(0)
    bo.get_by_role("button", name="Ångra").click()
    expect(said(astrid.page, "Nej, vänta")).to_be_visible()


QUESTION = "Vem ska se till det?\nOch när?"


def ask_by_key(astrid: Workbench) -> Locator:
    """Opens the form by its key with the caret in a demand, and types without waiting for anything."""
    astrid.go_to_demand(1)
    astrid.press("ControlOrMeta+Alt+KeyM")
    astrid.type(QUESTION)
    return astrid.page.get_by_label("Din kommentar", exact=True)


def test_what_is_typed_after_the_key_goes_into_the_form_while_the_panel_is_still_on_its_way(
    district: District, visitors: Visitors
) -> None:
    astrid, _bo = begin(district, visitors)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    astrid.page.route("**/comments", hold)
    astrid.open()
    before = astrid.read()
    field = ask_by_key(astrid)
    expect(field).to_have_value(QUESTION)
    fetched = astrid.page.locator("#comments .talk__none")
    expect(fetched).to_have_count(0)
    assert len(held) == 1
    held[0].continue_()
    expect(fetched).to_have_count(1)
    expect(field).to_be_focused()
    expect(field).to_have_value(QUESTION)
    astrid.page.unroute_all(behavior="ignoreErrors")
    astrid.page.get_by_role("button", name="Skicka kommentaren").click()
    expect(said(astrid.page, "Och när?")).to_contain_text("Att-sats 1")
    assert astrid.read() == before


def test_no_key_reaches_the_text_however_slow_the_machine_and_whatever_the_others_do(
    district: District, visitors: Visitors
) -> None:
    astrid, bo = begin(district, visitors)
    before = astrid.read()
    astrid.page.context.new_cdp_session(astrid.page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    for number in range(8):
        bo.request.post(f"{astrid.path}/comments", form={"text": f"Nummer {number}", "target": "body"})
        field = ask_by_key(astrid)
        assert field.input_value() == QUESTION
        assert field.evaluate("field => field === document.activeElement")
        field.fill("")
        astrid.page.locator("#comment-composer > summary").click()
    assert astrid.read() == before
