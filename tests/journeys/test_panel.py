"""The panel beside the text, in real browsers: it changes while one writes, and moves nothing else; from there two
associations show each other what they write, and come to write together."""

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.workbench import Workbench

#: Gathers what shifts on the page by itself (a line that a keystroke breaks is no such thing), by the ids around it.
WATCH_SHIFTS = """() => {
  window.shifted = []
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries().filter((each) => !each.hadRecentInput))
      for (const { node } of entry.sources ?? [])
        window.shifted.push((node?.nodeType === 1 ? node : node?.parentElement)?.closest("[id]")?.id ?? "")
  }).observe({ type: "layout-shift" })
}"""


def _where(page: Page) -> dict[str, Any]:
    """Where the reader is: scrolled to, and with the focus in which field."""
    where: dict[str, Any] = page.evaluate(
        "() => ({ y: scrollY, field: document.activeElement?.id || document.activeElement?.className })"
    )
    return where


def test_the_panel_follows_the_text_and_moves_neither_the_page_nor_the_caret(
    district: District, visitors: Visitors
) -> None:
    page = visitors("astrid", district.url)
    astrid = district.quickly_begin(page, "Kvällsbuss")
    expect(astrid.suggestions.locator(".skeleton")).to_have_count(0)
    page.evaluate(WATCH_SHIFTS)
    astrid.go_to_demand(1)
    before = _where(page)
    astrid.type("anropsstyrd trafik införs där det bor för få för en vanlig busslinje")
    theirs = district.motion(district.journey["matches"])
    suggestion = astrid.suggestions.get_by_role("article").filter(has_text=theirs["title"])
    expect(suggestion).to_be_visible()
    assert _where(page) == before
    assert not [id_ for id_ in page.evaluate("window.shifted") if not id_.startswith("suggestion")]
    astrid.type(" i länet")
    expect(astrid.demand(1)).to_contain_text("busslinje i länet")
    # What both texts share is marked in both.
    sides = suggestion.locator(".pair").first.locator(".pair__side")
    for number in range(2):
        expect(sides.nth(number).locator("mark", has_text="anropsstyrd")).to_be_visible()


#: The words that are marked in the text beside the panel, without anything being put into the text for it.
MARKED = "[...(CSS.highlights.get('shared') ?? [])].map(String)"


def test_the_shared_words_are_marked_in_ones_own_text_while_one_looks_at_a_suggestion(
    pair: tuple[Workbench, Workbench], district: District
) -> None:
    astrid, bo = pair
    page = astrid.page
    astrid.write_title("Anropsstyrd trafik i byarna")
    astrid.go_to_demand(1)
    astrid.type("anropsstyrd trafik införs där det bor för få för en vanlig busslinje")
    theirs = district.motion(district.journey["matches"])
    suggestion = astrid.suggestions.get_by_role("article").filter(has_text=theirs["title"])
    expect(suggestion).to_have_attribute("data-shared", re.compile(r"\banropsstyrd\b.*\bbusslinje\b|\bbusslinje\b"))
    assert page.evaluate(MARKED) == []
    astrid.saved()
    before = astrid.read(), page.locator("#demands").inner_html()

    # Pointed at.
    suggestion.locator(".reasons").hover()
    page.wait_for_function(f"() => {MARKED}.includes('busslinje')")
    marked = page.evaluate(MARKED)
    assert {"Anropsstyrd", "anropsstyrd", "busslinje"} <= set(marked), "in the title and in the demand"
    assert "byarna" not in marked, "which only this text has"
    assert page.evaluate("[...CSS.highlights.get('shared')].every((each) => each.getBoundingClientRect().width > 10)")
    assert (astrid.read(), page.locator("#demands").inner_html()) == before, "the text itself is left alone"
    page.mouse.move(5, 5)
    page.wait_for_function(f"() => !{MARKED}.length")

    # With the keys.
    read = suggestion.get_by_role("link", name="Läs motionen")
    suggestion.get_by_role("link", name=theirs["title"]).focus()
    page.wait_for_function(f"() => {MARKED}.includes('busslinje')")
    while not read.evaluate("(link) => link === document.activeElement"):
        page.keyboard.press("Tab")
    assert "busslinje" in page.evaluate(MARKED)

    # What somebody else writes meanwhile is marked as well, and what they take away is not.
    bo.add_demand("varje busslinje har anropsstyrd trafik på kvällen")
    page.wait_for_function(f"() => {MARKED}.filter((word) => word === 'busslinje').length === 2")
    bo.strike(2)
    page.wait_for_function(f"() => {MARKED}.filter((word) => word === 'busslinje').length === 1")
    expect(read).to_be_focused()

    # Colours of one's own leave it marked.
    style = "getComputedStyle(document.querySelector('#demands p'), '::highlight(shared)')"
    page.emulate_media(color_scheme="dark")
    in_the_dark = page.evaluate(f"() => [{style}.backgroundColor, {style}.color]")
    page.emulate_media(color_scheme="light", forced_colors="active")
    forced = page.evaluate(f"() => [{style}.backgroundColor, {style}.color]")
    for ground, ink in (in_the_dark, forced):
        assert ground not in {ink, "rgba(0, 0, 0, 0)"}
    page.emulate_media(color_scheme="light", forced_colors="none")

    # Back in the text nothing is marked.
    astrid.body.click()
    page.wait_for_function(f"() => !{MARKED}.length")


def test_the_bar_by_the_thumb_leads_to_what_others_write_and_gives_way_to_the_keyboard(
    district: District, visitors: Visitors
) -> None:
    page = visitors("astrid", district.url, phone=True)
    astrid = district.quickly_begin(page, "Kvällsbuss")
    bar = page.locator(".workbench__jump")
    astrid.title.click()
    expect(bar).to_be_hidden()
    astrid.title.blur()
    bar.click()
    expect(page).to_have_url(re.compile("#suggestions$"))
    expect(page.get_by_role("heading", name="Andra som skriver om samma sak")).to_be_in_viewport()


def test_what_a_reader_is_doing_in_the_panel_goes_on_while_somebody_else_writes(
    pair: tuple[Workbench, Workbench], district: District
) -> None:
    astrid, bo = pair
    bo.go_to_demand(1)
    bo.type("anropsstyrd trafik införs där det bor för få för en vanlig busslinje")
    bo.add_demand("varje by med fler än hundra invånare får minst en busstur på kvällen alla dagar i veckan")
    theirs = district.motion(district.journey["matches"])
    suggestion = astrid.suggestions.get_by_role("article").filter(has_text=theirs["title"])
    details = suggestion.locator("details")
    details.locator("summary").click()
    expect(details.locator(".pair").first).to_be_visible()
    read = suggestion.get_by_role("link", name="Läs motionen")
    read.focus()
    with astrid.page.expect_response(re.compile("/suggestions$")):
        bo.go_below("Bakgrund")
        bo.type("Hyrorna för unga i Norra hamnen är höga. ")
    bo.saved()
    with astrid.page.expect_response(re.compile("/suggestions$")):
        bo.type("Biblioteken ska vara öppna på kvällen också. ")
    expect(details).to_have_attribute("open", "")
    expect(read).to_be_focused()


def test_two_who_show_only_the_theme_agree_and_then_write_together(district: District, visitors: Visitors) -> None:
    page, other = visitors("astrid", district.url), visitors("leila", district.url)
    astrid = district.quickly_begin(page, "Tid att prata")
    page.request.post(f"{astrid.path}/theme", form={"theme": "Äldreomsorg"})
    district.sign_in(other, "leila")
    themed = district.motion("samtal-i-hemtjansten")
    other.get_by_role("link", name=themed["title"]).click()
    leila = Workbench(other, urlsplit(other.url).path)
    leila.ready()

    astrid.open()
    neighbour = astrid.suggestions.locator(".suggestion", has_text="skriver på samma tema: Äldreomsorg")
    expect(neighbour).to_contain_text(themed["association"])
    expect(astrid.suggestions).not_to_contain_text(themed["title"])
    neighbour.get_by_role("button", name="Visa vår motion för dem och be att få se deras").click()
    expect(page.get_by_role("main")).to_contain_text("har inte svarat än")
    # It is there on Leila's page without her having loaded it again, and says no more than whose and on which theme.
    waiting = leila.page.locator("#contacts")
    expect(waiting).to_contain_text("Ljungmora arbetarförening skriver på samma tema: Äldreomsorg")
    expect(waiting).not_to_contain_text("Tid att prata")
    waiting.get_by_role("button", name="Visa för varandra").click()
    expect(leila.page.get_by_role("link", name="Tid att prata")).to_be_visible()

    # Astrid's page of other associations has not been left; the list there is as old as it is.
    page.reload()
    page.get_by_role("main").get_by_role("link", name=themed["title"]).click()
    expect(page.get_by_role("main")).to_contain_text(themed["demands"][0])
    expect(page.get_by_role("main")).not_to_contain_text("Elva minuter")

    other_id = leila.path.rpartition("/")[2]
    page.goto(f"{astrid.path}/contacts?other={other_id}")
    page.get_by_label("Några ord till dem").fill("Vi vill samma sak. Ska vi skriva ihop?")
    page.get_by_role("button", name="Skicka frågan").click()
    expect(page.get_by_role("main")).to_contain_text("Frågan är skickad")
    leila.page.goto("/home")
    expect(leila.page.get_by_role("main")).to_contain_text("Ljungmora arbetarförening vill skriva ihop")
    leila.page.get_by_role("link", name="Läs och svara").click()
    leila.page.get_by_role("button", name="Ja, gärna").click()
    expect(leila.page).to_have_url(re.compile(f"{leila.path}$"))
    leila.ready()
    page.goto(leila.path)
    astrid_there = Workbench(page, leila.path)
    astrid_there.ready()
    astrid_there.go_to_demand(1)
    expect(leila.demand(1).locator(".caret[data-name='Astrid Hallmyr']")).to_be_attached()
