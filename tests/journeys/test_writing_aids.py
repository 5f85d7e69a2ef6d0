"""What helps whoever writes: demands dragged to another place, find and replace, the list of keys, hints that vanish,
the count of words, and following somebody."""

import re

from playwright.sync_api import Locator, expect

from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.workbench import Workbench

DEMANDS = ["att bussen går på kvällen", "att hållplatsen får ljus", "att väntsalen är öppen"]
Pair = tuple[Workbench, Workbench]


def _with_demands(astrid: Workbench) -> None:
    astrid.go_to_demand(1)
    for demand in DEMANDS:
        astrid.type(demand.removeprefix("att "))
        if demand != DEMANDS[-1]:
            astrid.press("Enter")
    expect(astrid.demands).to_have_text(DEMANDS)


def _middle(thing: Locator) -> tuple[float, float]:
    box = thing.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _take(bench: Workbench, number: int) -> None:
    """Takes hold of a demand by its handle."""
    grip = bench.page.locator("[data-demand-grip]").nth(number - 1)
    grip.scroll_into_view_if_needed()
    bench.page.mouse.move(*_middle(grip))
    bench.page.mouse.down()


def _carry(bench: Workbench, number: int, *, below: bool) -> None:
    """Moves what one holds over another demand, above or below its middle."""
    box = bench.page.locator("#demands > li").nth(number - 1).bounding_box()
    assert box
    y = box["y"] + box["height"] * (0.8 if below else 0.2)
    bench.page.mouse.move(box["x"] + 100, y, steps=4)


def test_demand_is_dragged_to_another_place_and_undone(district: District, pair: Pair) -> None:
    astrid, bo = pair
    _with_demands(astrid)
    bo.go_to_demand(1)
    bo.type(" och")
    _take(astrid, 1)
    _carry(astrid, 3, below=True)
    expect(astrid.page.locator("[data-dragged]")).to_have_count(1)
    expect(astrid.page.locator("[data-drop='after']")).to_have_count(1)
    bo.type(" natten")
    astrid.page.mouse.up()
    expect(astrid.page.locator("#announcer")).to_have_text("Flyttad till plats 3 av 3")
    expect(bo.demands).to_have_text([DEMANDS[1], DEMANDS[2], f"{DEMANDS[0]} och natten"])
    bo.type("!")
    text = district.agree(astrid, bo)
    assert text.demands == [DEMANDS[1], DEMANDS[2], f"{DEMANDS[0]} och natten!"]
    astrid.page.get_by_role("button", name="Ångra", exact=True).click()
    expect(bo.demands).to_have_text([f"{DEMANDS[0]} och natten!", DEMANDS[1], DEMANDS[2]])
    district.agree(astrid, bo)


def test_drop_elsewhere_and_escape_leave_the_demands_as_they_are(district: District, pair: Pair) -> None:
    astrid, bo = pair
    _with_demands(astrid)
    _take(astrid, 1)
    astrid.page.mouse.move(3, 3, steps=4)
    astrid.page.mouse.up()
    expect(astrid.page.locator("[data-dragged], [data-drop]")).to_have_count(0)
    _take(astrid, 1)
    _carry(astrid, 3, below=True)
    astrid.press("Escape")
    expect(astrid.page.locator("[data-dragged], [data-drop]")).to_have_count(0)
    astrid.page.mouse.up()
    assert district.agree(astrid, bo).demands == DEMANDS


def test_two_who_drag_at_the_same_time_lose_no_demand(district: District, pair: Pair) -> None:
    astrid, bo = pair
    _with_demands(astrid)
    expect(bo.demands).to_have_text(DEMANDS)
    for bench, number, to in ((astrid, 1, 3), (bo, 3, 1)):
        _take(bench, number)
        _carry(bench, to, below=to == 3)
    astrid.page.mouse.up()
    expect(bo.demands).to_have_text([DEMANDS[1], DEMANDS[2], DEMANDS[0]])
    _carry(bo, 1, below=False)
    bo.page.mouse.up()
    expect(astrid.demands).to_have_text([DEMANDS[2], DEMANDS[1], DEMANDS[0]])
    district.agree(astrid, bo)


def _find(bench: Workbench, words: str) -> Locator:
    bench.body.click()
    bench.press("ControlOrMeta+Home", "ControlOrMeta+f")
    bar = bench.page.get_by_role("search", name="Sök och ersätt i motionen")
    bar.get_by_role("textbox", name="Sök").fill(words)
    return bar


def test_words_are_found_in_title_body_and_demands_and_replaced_in_one_step(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_below("Bakgrund")
    astrid.type("Kvällsbussen är borta. KVÄLLSBUSSEN ska tillbaka, inte kvallsbussen.")
    astrid.go_to_demand(1)
    astrid.type("kvällsbussen går")
    expect(bo.demands).to_have_text(["att kvällsbussen går"])
    bar = _find(astrid, "kvällsbuss")
    count = bar.get_by_role("status")
    expect(count).to_have_text("2 av 4")
    astrid.press("Enter")
    expect(count).to_have_text("3 av 4")
    astrid.press("Shift+Enter", "Shift+Enter")
    expect(count).to_have_text("1 av 4")
    found = astrid.page.evaluate("[...CSS.highlights].map(([name, all]) => [name, [...all].map(String)])")
    assert found == [["found", ["Kvällsbuss", "KVÄLLSBUSS", "kvällsbuss"]], ["found-now", ["Kvällsbuss"]]]

    # What the other writes meanwhile is looked through too.
    bo.go_below("Vad vi vill")
    bo.type("En kvällsbuss till.")
    expect(count).to_have_text("1 av 5")
    bar.get_by_role("textbox", name="Ersätt med").fill("Nattbuss")
    bar.get_by_role("button", name="Ersätt alla").click()
    expect(count).to_have_text("Ersatta: 5")
    expect(bo.title).to_have_value("Nattbuss")
    expect(bo.demands).to_have_text(["att Nattbussen går"])
    expect(bo.blocks.nth(1)).to_have_text("Nattbussen är borta. NattbussEN ska tillbaka, inte kvallsbussen.")
    district.agree(astrid, bo)

    astrid.press("Escape")
    expect(bar).to_be_hidden()
    astrid.format("Ångra")
    expect(bo.title).to_have_value("Kvällsbuss")
    expect(bo.demands).to_have_text(["att kvällsbussen går"])
    expect(bo.blocks.nth(3)).to_have_text("En kvällsbuss till.")
    district.agree(astrid, bo)


def test_one_find_is_replaced_and_the_next_shown(pair: Pair) -> None:
    astrid, _bo = pair
    astrid.go_below("Bakgrund")
    astrid.type("Ett (ett) ord, ett.")
    bar = _find(astrid, "ett")
    expect(bar.get_by_role("status")).to_have_text(re.compile(r" av 3$"))
    astrid.press("Escape")
    astrid.press("Home", "ControlOrMeta+f")
    bar.get_by_role("textbox", name="Sök").fill("(ett)")
    expect(bar.get_by_role("status")).to_have_text("1 av 1")
    bar.get_by_role("textbox", name="Ersätt med").fill("$&")
    bar.get_by_role("button", name="Ersätt", exact=True).click()
    expect(astrid.blocks.nth(1)).to_have_text("Ett $& ord, ett.")
    expect(bar.get_by_role("status")).to_have_text("Inga träffar")


def test_list_of_keys_opens_by_key_and_by_button(pair: Pair) -> None:
    astrid, _bo = pair
    sheet = astrid.page.get_by_role("dialog", name="Kortkommandon")
    astrid.body.click()
    for key in ("F1", "Control+/", None):
        if key:
            astrid.press(key)
        else:
            astrid.format("Kortkommandon")
        expect(sheet).to_be_visible()
        astrid.press("Escape")
        expect(sheet).to_be_hidden()
    expect(astrid.body).to_be_focused()


def test_hint_stands_under_its_heading_until_something_is_written(district: District, pair: Pair) -> None:
    astrid, bo = pair
    hints = bo.body.locator(".hint")
    expect(hints).not_to_have_count(0)
    before = hints.count()
    said = [hint.get_attribute("data-hint") or "" for hint in hints.all()]
    markdown = astrid.page.request.get(f"{astrid.path}/export.md").text()
    assert all(said)
    assert not any(hint in markdown for hint in said)
    assert district.told(astrid.path)["body"].count("\n") == 1
    astrid.go_below("Bakgrund")
    astrid.type("Så")
    expect(hints).to_have_count(before - 1)
    astrid.press("Backspace", "Backspace")
    expect(hints).to_have_count(before)


def test_words_are_counted_in_the_whole_motion(pair: Pair) -> None:
    astrid, _bo = pair
    astrid.go_below("Bakgrund")
    astrid.type("Fyra ord i brödtexten")
    # The title, two headings, four words and what the demand begins with.
    for bench in pair:
        expect(bench.page.locator("#length")).to_have_text(re.compile(r"^10 ord, mindre än en sida"))


def test_who_follows_goes_along_until_moving_oneself(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_below("Vad vi vill")
    for number in range(30):
        astrid.type(f"Rad {number}")
        astrid.press("Enter")
    expect(bo.blocks).to_have_count(34)
    bo.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    bo.people.get_by_role("button", name=re.compile("Astrid")).click()
    following = bo.page.locator("#following")
    expect(following).to_contain_text("Du följer Astrid")
    expect(bo.caret_of(_name(bo)).first).to_be_in_viewport()
    astrid.press("ControlOrMeta+Home")
    astrid.type("Här. ")
    expect(bo.caret_of(_name(bo)).first).to_be_in_viewport()
    bo.page.mouse.move(400, 400)
    bo.page.mouse.wheel(0, 300)
    expect(following).to_be_hidden()
    bo.people.get_by_role("button", name=re.compile("Astrid")).click()
    following.get_by_role("button", name="Sluta följa").click()
    expect(following).to_be_hidden()
    astrid.page.context.close()
    expect(bo.people.get_by_role("listitem")).to_have_count(1)


def _name(bench: Workbench) -> str:
    return bench.people.get_by_role("button").first.locator(".presence__name").inner_text()


def test_many_are_counted_until_one_asks_for_all(district: District, visitors: Visitors) -> None:
    astrid = district.quickly_begin(visitors("astrid", district.url), "Kvällsbuss")
    names = ["Bo", "Cecilia", "David", "Eva", "Farid", "Greta", "Hanna"]
    for name in names:
        district.quickly_join(astrid, visitors(name, district.url), name)
    more = astrid.people.get_by_role("button", name="Visa 3 till")
    expect(more).to_be_visible()
    more.click()
    for name in names:
        expect(astrid.people.get_by_role("button", name=name)).to_be_visible()
    astrid.people.get_by_role("button", name="Visa färre").click()
    expect(astrid.people.get_by_role("button", name="Hanna")).to_have_count(0)
