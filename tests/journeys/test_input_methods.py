"""Ways of writing other than key by key: input methods that compose, keyboards that correct, and a phone's keyboard
that covers half of the page; each with somebody else writing in the same paragraph."""

from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.workbench import Workbench

Pair = tuple[Workbench, Workbench]

#: Of a phone of 844 px, in px.
KEYBOARD = 336
#: A window whose lower part a keyboard can cover, as on a phone: the page itself keeps its height.
COVERABLE = """
const fake = new EventTarget()
Object.assign(fake, { height: innerHeight, width: innerWidth, offsetTop: 0, offsetLeft: 0, pageTop: 0, scale: 1 })
Object.defineProperty(window, "visualViewport", { value: fake })
window.coverWithKeyboard = (height) => {
  fake.height = innerHeight - height
  fake.dispatchEvent(new Event("resize"))
}
"""


def _compose(cdp: CDPSession, *steps: str) -> None:
    """What an input method shows while somebody composes, step by step."""
    for text in steps:
        cdp.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


def _protocol(bench: Workbench) -> CDPSession:
    return bench.page.context.new_cdp_session(bench.page)


def test_composing_in_a_paragraph_that_another_writes_in(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_below("Bakgrund")
    astrid.type("Bussen går . Slut.")
    expect(bo.blocks.nth(1)).to_have_text("Bussen går . Slut.")
    for _ in range(len(". Slut.")):
        astrid.press("ArrowLeft")
    cdp = _protocol(astrid)
    _compose(cdp, "s", "se", "sen")
    bo.go_below("Bakgrund")
    bo.type(" Punkt.")
    bo.press("Home")
    bo.type("Nu: ")
    bo.saved()
    _compose(cdp, "sent")
    cdp.send("Input.insertText", {"text": "sent"})
    astrid.type(" i dag")
    text = district.agree(astrid, bo)
    assert text.body[1] == "Nu: Bussen går sent i dag. Slut. Punkt."


def test_composing_in_a_demand_and_in_the_title_that_another_writes_in(district: District, pair: Pair) -> None:
    astrid, bo = pair
    cdp = _protocol(astrid)
    astrid.go_to_demand(1)
    astrid.type("bussen ")
    expect(bo.demands).to_have_text(["att bussen "])
    _compose(cdp, "g", "gå")
    bo.go_to_demand(1)
    bo.press("Home")
    for _ in range(len("att ")):
        bo.press("ArrowRight")
    bo.type("sista ")
    bo.saved()
    _compose(cdp, "går")
    cdp.send("Input.insertText", {"text": "går"})
    expect(astrid.demands).to_have_text(["att sista bussen går"])
    expect(bo.demands).to_have_text(["att sista bussen går"])

    astrid.title.click()
    astrid.press("End")
    _compose(cdp, "a", "ar")
    bo.title.click()
    bo.press("Home")
    bo.type("Ny ")
    bo.saved()
    cdp.send("Input.insertText", {"text": "ar"})
    expect(bo.title).to_have_value("Ny Kvällsbussar")
    text = district.agree(astrid, bo)
    assert text.demands == ["att sista bussen går"]


def test_what_others_write_comes_though_somebody_composes_and_goes_away(pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type("bussen ")
    _compose(_protocol(astrid), "g", "gå")
    expect(bo.demands).to_have_text(["att bussen gå"])
    bo.go_to_demand(1)
    bo.type("r")
    expect(astrid.demands).to_have_text(["att bussen går"])
    astrid.go_to_demand(1)
    astrid.type(" sent")
    expect(bo.demands).to_have_text(["att bussen går sent"])


def test_keyboard_that_corrects_a_word_behind_the_caret(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type("Busen går")
    expect(bo.demands).to_have_text(["att Busen går"])
    bo.go_to_demand(1)
    bo.type(" sent")
    expect(astrid.demands).to_have_text(["att Busen går sent"])
    # A keyboard that corrects takes the word back into what is composed, and puts another there.
    cdp = _protocol(astrid)
    word = {"replacementStart": len("att "), "replacementEnd": len("att Busen")}
    cdp.send("Input.imeSetComposition", {"text": "Bussen", "selectionStart": 6, "selectionEnd": 6, **word})
    bo.type("!")
    bo.saved()
    cdp.send("Input.insertText", {"text": "Bussen"})
    for bench in pair:
        expect(bench.demands).to_have_text(["att Bussen går sent!"])
    district.agree(astrid, bo)


def _phone(district: District, visitors: Visitors, astrid: Workbench) -> Workbench:
    page = visitors("bo", district.url, phone=True)
    page.add_init_script(COVERABLE)
    return district.quickly_join(astrid, page)


def _bottom(thing: Locator) -> float:
    box = thing.bounding_box()
    assert box
    return box["y"] + box["height"]


def _caret_bottom(page: Page) -> float:
    bottom: float = page.evaluate(
        """(() => {
            const range = getSelection().getRangeAt(0)
            const box = range.getBoundingClientRect()
            return box.height ? box.bottom : range.startContainer.parentElement.getBoundingClientRect().bottom
        })()"""
    )
    return bottom


def test_nothing_hides_behind_the_keyboard_of_a_phone(district: District, visitors: Visitors) -> None:
    astrid = district.quickly_begin(visitors("astrid", district.url), "Kvällsbuss")
    astrid.go_below("Vad vi vill")
    for number in range(12):
        astrid.type(f"Rad {number}")
        astrid.press("Enter")
    bo = _phone(district, visitors, astrid)
    page, toolbar = bo.page, bo.page.get_by_role("toolbar")
    visible = 844 - KEYBOARD
    bo.go_to_demand(1)
    page.evaluate(f"coverWithKeyboard({KEYBOARD})")
    bo.type("bussen går på kvällen")
    assert _bottom(toolbar) == visible
    top_of_tools = visible - (toolbar.bounding_box() or {"height": 0})["height"]
    assert _caret_bottom(page) < top_of_tools

    # Every tool can be reached and hit with a thumb, and pressing one leaves the keyboard where it is.
    for tool in toolbar.get_by_role("button").all():
        tool.scroll_into_view_if_needed()
        if not tool.is_visible():
            continue
        box = tool.bounding_box()
        assert box
        assert (box["width"], box["height"]) >= (44, 44)
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= visible
    expect(bo.demand(1)).to_be_focused()
    toolbar.get_by_role("button", name="Ångra", exact=True).tap()
    expect(astrid.demands).to_have_text(["att "])
    expect(bo.demand(1)).to_be_focused()

    page.evaluate("coverWithKeyboard(0)")
    page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished)).then(() => true)")
    assert _bottom(toolbar) == 844
    district.agree(astrid, bo)


def test_demand_is_dragged_with_a_finger(district: District, visitors: Visitors) -> None:
    astrid = district.quickly_begin(visitors("astrid", district.url), "Kvällsbuss")
    astrid.go_to_demand(1)
    astrid.type("bussen går")
    astrid.add_demand("tåget går")
    bo = _phone(district, visitors, astrid)
    expect(bo.demands).to_have_text(["att bussen går", "att tåget går"])
    grip = bo.page.locator("[data-demand-grip]").first
    bo.page.locator("#demands").scroll_into_view_if_needed()
    box, below = grip.bounding_box(), bo.page.locator("#demands > li").nth(1).bounding_box()
    assert box
    assert below
    cdp = _protocol(bo)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    cdp.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in (0.3, 0.6, 0.9):
        point = {"x": x, "y": y + (below["y"] + below["height"] - y) * step}
        cdp.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(astrid.demands).to_have_text(["att tåget går", "att bussen går"])
    district.agree(astrid, bo)
