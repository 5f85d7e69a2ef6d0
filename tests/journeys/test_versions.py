"""Going back to what the text was, while others have it open."""

from playwright.sync_api import expect

from tests.journeys.district import District
from tests.journeys.workbench import Workbench


def test_an_earlier_version_comes_back_under_the_eyes_of_who_writes_and_can_be_undone(
    district: District, pair: tuple[Workbench, Workbench]
) -> None:
    astrid, bo = pair
    astrid.go_below("Bakgrund")
    astrid.format("Fet")
    astrid.type("Sista bussen går klockan 19.")
    astrid.add_demand("nattbussen ska gå varje kväll")
    early = district.agree(astrid, bo)

    astrid.page.goto(f"{astrid.path}/versions")
    astrid.page.get_by_label("Behåll texten som den är nu").fill("Före mötet")
    astrid.page.get_by_role("button", name="Behåll").click()
    expect(astrid.page.get_by_role("heading", name="Före mötet")).to_be_visible()

    bo.write_title("Ingen kvällsbuss")
    bo.go_to_demand(1)
    bo.type(" utom söndagar")
    bo.go_below("Bakgrund")
    bo.type(" Det räcker.")
    bo.saved()
    late = bo.read()

    row = astrid.page.get_by_role("listitem").filter(has=astrid.page.get_by_role("heading", name="Före mötet"))
    row.get_by_role("link", name="Vad har ändrats").click()
    told = astrid.page.get_by_role("main")
    expect(told.locator("ins").filter(has_text="Ingen kvällsbuss")).to_be_visible()
    expect(told.locator("ins").filter(has_text="utom söndagar")).to_be_visible()

    astrid.page.goto(f"{astrid.path}/versions")
    row.get_by_role("button", name="Återställ").click()
    bo.reads(early)
    expect(bo.body.locator("strong")).to_have_text("Sista bussen går klockan 19.")

    astrid.page.get_by_role("listitem").filter(has_text="Innan en tidigare version återställdes").get_by_role(
        "button", name="Återställ"
    ).click()
    bo.reads(late)
    astrid.open()
    assert district.agree(astrid, bo) == late
