"""The editor for those who don't see it, see it enlarged, or see it in colours of their own: in each state that it can
be in, what a screen reader is told, nothing that axe objects to, and nothing that sticks out."""

from collections.abc import Callable
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.test_accessibility import AXE, objections
from tests.journeys.workbench import Workbench

Pair = tuple[Workbench, Workbench]

#: A window of 1280 × 800 px, enlarged to 200 %.
ENLARGED = {"width": 640, "height": 400}
SIZES = {"wide": {"width": 1280, "height": 800}, "enlarged": ENLARGED, "narrow": {"width": 320, "height": 640}}


def _find(bench: Workbench) -> None:
    bench.body.click()
    bench.press("ControlOrMeta+f")
    bench.type("buss")
    expect(bench.page.get_by_role("search").get_by_role("status").first).to_have_text("2 av 2")


def _keys(bench: Workbench) -> None:
    bench.body.click()
    bench.press("F1")
    expect(bench.page.get_by_role("dialog", name="Kortkommandon")).to_be_visible()


def _follow(bench: Workbench) -> None:
    bench.people.get_by_role("button").first.click()
    expect(bench.page.locator("#following")).to_be_visible()


def _strike(bench: Workbench) -> None:
    bench.strike(2)
    bench.page.locator("#struck > summary").click()


def _offline(bench: Workbench) -> None:
    bench.page.context.set_offline(True)
    bench.go_to_demand(1)
    bench.type("!")
    expect(bench.save_state).to_contain_text("Frånkopplad")


def _link(bench: Workbench) -> None:
    bench.body.click()
    bench.press("ControlOrMeta+a", "ControlOrMeta+k")
    bench.page.get_by_role("dialog", name="Länk").get_by_role("textbox").fill("javascript:alert(1)")
    bench.press("Enter")


#: What is done before looking; in this order, in one and the same page.
STATES: tuple[tuple[str, Callable[[Workbench], None], str | None], ...] = (
    ("find", _find, "Escape"),
    ("keys", _keys, "Escape"),
    ("link", _link, "Escape"),
    ("follow", _follow, None),
    ("struck", _strike, None),
    ("offline", _offline, None),
)


#: How often a page that has just been turned, narrowed or darkened is looked at again before what is wrong counts.
LOOKS = 5


def _look(page: Page, state: str) -> list[str]:
    wrong = []
    for size, viewport in SIZES.items():
        page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        wrong += _at_rest(page, partial(_too_wide, page, viewport["width"]), f"{state}, {size}")
        wrong += _at_rest(page, partial(objections, page, []), f"{state}, {size}")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="dark")
    colours = partial(objections, page, ["color-contrast", "link-in-text-block"])
    wrong += _at_rest(page, colours, f"{state}, dark")
    page.emulate_media(color_scheme="light")
    return wrong


def _at_rest(page: Page, look: Callable[[], list[str]], where: str) -> list[str]:
    """What is wrong once the page has come to rest: a busy browser takes some frames over it."""
    wrong: list[str] = []
    for _time in range(LOOKS):
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
        wrong = look()
        if not wrong:
            break
    return [f"{where}: {each}" for each in wrong]


def _too_wide(page: Page, allowed: int) -> list[str]:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return [f"{width} px wide"] if width > allowed else []


def test_axe_objects_to_no_state_of_the_editor(visitors: Visitors, pair: Pair) -> None:
    visitors.expect_complaint("ERR_INTERNET_DISCONNECTED|Failed to fetch|sse:error")
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type("bussen går")
    astrid.add_demand("tåget går")
    bo.go_to_demand(1)
    astrid.page.evaluate(AXE.read_text("utf-8"))
    wrong = []
    for state, act, leave in STATES:
        act(astrid)
        wrong += _look(astrid.page, state)
        if leave:
            astrid.press(leave)
    assert not wrong, "\n".join(wrong)


def test_what_a_screen_reader_is_told(pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type("bussen går")
    astrid.add_demand("tåget går")
    expect(bo.page.get_by_role("toolbar")).to_match_aria_snapshot("""
        - toolbar "Formatera texten":
          - button "Fet"
          - button "Kursiv"
          - button "Länk"
          - button "Mellanrubrik"
          - button "Mindre mellanrubrik"
          - button "Vanlig text"
          - button "Punktlista"
          - button "Numrerad lista"
          - button "Citat"
          - button "Sök och ersätt"
          - button "Kortkommandon"
        """)
    expect(bo.page.locator("#demands")).to_match_aria_snapshot("""
        - list:
          - listitem:
            - textbox "Att-sats 1 av 2":
              - paragraph: att bussen går
            - button "Flytta upp att-sats 1" [disabled]
            - button "Flytta ned att-sats 1"
            - button "Ta bort att-sats 1"
          - listitem:
            - textbox "Att-sats 2 av 2":
              - paragraph: att tåget går
            - button "Flytta upp att-sats 2"
            - button "Flytta ned att-sats 2" [disabled]
            - button "Ta bort att-sats 2"
        """)
    expect(bo.page.get_by_role("textbox", name="Rubrik", exact=True)).to_have_attribute("lang", "sv")
    body = bo.page.get_by_role("textbox", name="Bakgrund och motivering")
    expect(body).to_have_attribute("aria-multiline", "true")
    expect(body).to_have_attribute("spellcheck", "true")
    expect(body).to_have_attribute("lang", "sv")
    _find(bo)
    expect(bo.page.get_by_role("search")).to_match_aria_snapshot("""
        - search "Sök och ersätt i motionen":
          - textbox "Sök": buss
          - status: 2 av 2
          - button "Föregående träff (Shift+Enter)"
          - button "Nästa träff (Enter)"
          - button "Stäng (Esc)"
          - textbox "Ersätt med"
          - button "Ersätt"
          - button "Ersätt alla"
        """)
    bo.press("Escape")

    # What the other does is said once, where it is.
    said = bo.page.locator("#announcer")
    astrid.go_to_demand(2)
    astrid.type(" fort")
    expect(said).to_have_text("Astrid Hallmyr skriver i att-sats 2")


def test_everything_is_reached_and_done_by_keys_alone(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.title.focus()
    astrid.press("End", "Enter")
    expect(astrid.body).to_be_focused()
    astrid.press("ControlOrMeta+End")
    astrid.type("Ord")
    astrid.press("Alt+F10")
    expect(astrid.page.get_by_role("toolbar").locator(":focus")).to_have_count(1)
    astrid.press("End")
    expect(astrid.page.get_by_role("button", name="Kortkommandon")).to_be_focused()
    astrid.press("Escape")
    expect(astrid.body).to_be_focused()
    astrid.press("ArrowDown")
    astrid.type("bussen går")
    astrid.press("Enter")
    astrid.type("tåget går")
    astrid.press("Alt+ArrowUp")
    expect(astrid.page.locator("#announcer")).to_have_text("Flyttad till plats 1 av 2")
    expect(bo.demands).to_have_text(["att tåget går", "att bussen går"])
    # Tab leaves the text.
    astrid.press("Tab")
    expect(astrid.page.get_by_role("button", name="Flytta ned att-sats 1")).to_be_focused()
    district.agree(astrid, bo)


def test_colours_of_ones_own_hide_nothing(pair: Pair) -> None:
    astrid, bo = pair
    bo.go_to_demand(1)
    page = astrid.page
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    astrid.body.click()
    # What is on is told by more than a colour, and a caret is a line that is there.
    pressed = page.get_by_role("toolbar").get_by_role("button", name="Fet", exact=True)
    pressed.click()
    expect(pressed).to_have_attribute("aria-pressed", "true")
    on, off = (
        page.get_by_role("toolbar")
        .get_by_role("button", name=name, exact=True)
        .evaluate("(each) => getComputedStyle(each).backgroundColor")
        for name in ("Fet", "Kursiv")
    )
    assert on != off
    caret = page.locator(".caret").first
    assert caret.evaluate("(each) => parseFloat(getComputedStyle(each).borderInlineStartWidth)") >= 2
    moving = page.evaluate("document.getAnimations().filter((each) => each.effect.getTiming().duration > 100).length")
    assert moving == 0
