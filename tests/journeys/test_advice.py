"""Advice on the demands is followed with one press and undone with another, while somebody else writes."""

from playwright.sync_api import expect

from tests.journeys.district import District
from tests.journeys.workbench import Workbench

BEFORE = "att verka för fler sena turer"
AFTER = "att partidistriktet ska verka för fler sena turer"


def test_what_advice_changed_is_undone_and_what_the_other_wrote_meanwhile_stays(
    district: District, pair: tuple[Workbench, Workbench]
) -> None:
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type(BEFORE.removeprefix("att "))
    expect(bo.demands).to_have_text([BEFORE])
    advice = astrid.page.locator("#advice")
    advice.get_by_text("Råd om att-satserna").click()
    advice.get_by_role("button", name="Ändra så").click()
    for bench in pair:
        expect(bench.demands).to_have_text([AFTER])
    # Whoever pressed the button goes on at what it did, and both can take it back.
    expect(advice.locator("[id^='followed-']")).to_be_focused()
    expect(advice).to_contain_text("Att-satsen är ändrad, som rådet föreslog.")
    expect(bo.page.locator("#advice")).to_contain_text("Astrid Hallmyr har ändrat en att-sats")

    bo.go_to_demand(1)
    bo.type(" till byarna")
    advice.get_by_role("button", name="Ångra").click()
    bo.type(" och")
    expect(bo.demands).to_have_text([f"{BEFORE} till byarna och"])
    # Bo's caret is where he writes.
    bo.type(" hem")
    assert district.agree(astrid, bo).demands == [f"{BEFORE} till byarna och hem"]
    expect(advice.get_by_role("button", name="Ångra")).to_have_count(0)
    # The advice is there again, closed as it is to begin with.
    expect(advice.locator("form[action$='/advice/changes']")).to_have_count(1)
    astrid.page.get_by_role("link", name="Råd om att-satserna").click()
    expect(astrid.page.get_by_role("heading", name="Råd om att-satserna")).to_be_visible()
