"""Changes are proposed, shown where they would be made, and decided upon while others write in the same words; and
people are let in, and let do more or less, while they look."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import Visitors
from tests.journeys.district import BO, District
from tests.journeys.test_comments import SENTENCE, begin, select
from tests.journeys.workbench import Workbench

FIRST, SECOND = "att bussen går på kvällen", "att biljetten blir billigare"
OFTENER = "att bussen går varje halvtimme på kvällen"
Pair = tuple[Workbench, Workbench]


def write(astrid: Workbench) -> None:
    astrid.go_below("Bakgrund")
    astrid.type(SENTENCE)
    astrid.go_to_demand(1)
    astrid.type(FIRST.removeprefix("att "))
    astrid.press("Enter")
    astrid.type(SECOND.removeprefix("att "))
    astrid.saved()


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Ändringsförslag")


def shown(page: Page, number: int) -> Locator:
    """The proposals below a demand."""
    return page.locator("#demands > li").nth(number - 1).locator(".demand__proposal")


def propose(page: Page, about: str, wording: str) -> None:
    """By the form in the panel."""
    panel(page).get_by_text("Föreslå en ändring").click()
    page.get_by_label("Vad vill ni ändra på?").select_option(label=about)
    page.get_by_role("button", name="Gå vidare").click()
    page.get_by_label("Lydelsen du föreslår").fill(wording)
    page.get_by_role("button", name="Föreslå lydelsen").click()


def demand_id(page: Page, number: int) -> str:
    return str(page.locator("#demands > li").nth(number - 1).get_attribute("data-demand"))


def send(page: Page, path: str, **proposal: str) -> None:
    """What the form sends."""
    assert page.request.post(f"{path}/proposals", form={**proposal}).ok


def test_wording_is_accepted_while_the_other_types_in_the_same_demand_and_taken_back(
    district: District, pair: Pair
) -> None:
    astrid, bo = pair
    write(astrid)
    expect(bo.demands).to_have_text([FIRST, SECOND])
    propose(bo.page, f"1. {FIRST}", OFTENER)
    for bench in pair:
        expect(shown(bench.page, 1).locator("ins")).to_contain_text("varje halvtimme")
    assert astrid.read().demands == [FIRST, SECOND]

    bo.go_to_demand(1)
    bo.type(" och")
    panel(astrid.page).get_by_role("button", name="Godta", exact=True).click()
    bo.type(" natten")
    for bench in pair:
        expect(bench.demands.first).to_have_text(f"{OFTENER} och natten")
        expect(shown(bench.page, 1)).to_have_count(0)
    # Bo's caret is where he writes.
    bo.type("!")
    assert district.agree(astrid, bo).demands == [f"{OFTENER} och natten!", SECOND]
    for bench in pair:
        panel(bench.page).get_by_text("Avgjorda förslag").click()
        expect(panel(bench.page)).to_contain_text(re.compile(f"Föreslaget av {BO}, godtaget av Astrid"))

    bo.go_to_demand(1)
    panel(astrid.page).get_by_role("button", name="Ångra").click()
    bo.type("!")
    expect(bo.demands.first).to_have_text(f"{FIRST} och natten!!")
    assert district.agree(astrid, bo).demands == [f"{FIRST} och natten!!", SECOND]
    for bench in pair:
        expect(shown(bench.page, 1)).to_have_count(1)


def test_new_demand_is_shown_in_its_place_where_no_demand_stands(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.strike(1)
    expect(bo.demands).to_have_count(0)
    for wording in (FIRST, SECOND):
        send(bo.page, bo.path, kind="add", target="", wording=wording)
    for bench in pair:
        proposed = bench.page.locator("#demands + .demand__proposal, #demands + .demand__proposal + .demand__proposal")
        expect(proposed).to_have_count(2)
        expect(bench.page.locator("#demands ~ .demand__proposal", has_text=FIRST)).to_be_visible()
    # With the first that is accepted there is a demand, and what is left is shown below that.
    panel(astrid.page).get_by_role("button", name="Godta", exact=True).last.click()
    for bench in pair:
        expect(bench.demands).to_have_text([FIRST])
        expect(bench.page.locator("#demands ~ .demand__proposal")).to_have_count(0)
        expect(shown(bench.page, 1)).to_contain_text(SECOND)
    panel(astrid.page).get_by_role("button", name="Godta", exact=True).click()
    assert district.agree(astrid, bo).demands == [FIRST, SECOND]
    for bench in pair:
        expect(bench.page.locator(".demand__proposal")).to_have_count(0)


def test_proposal_is_rejected_and_the_text_stays(district: District, visitors: Visitors) -> None:
    astrid, bo = begin(district, visitors)
    propose(bo, f"1. {FIRST}", OFTENER)
    expect(shown(astrid.page, 1)).to_have_count(1)
    # Whoever may only comment decides upon nothing.
    expect(panel(bo).get_by_role("button", name="Avslå")).to_have_count(0)
    panel(astrid.page).get_by_role("button", name="Avslå").click()
    for page in (astrid.page, bo):
        expect(shown(page, 1)).to_have_count(0)
    panel(bo).get_by_text("Avgjorda förslag").click()
    expect(panel(bo)).to_contain_text(f"Föreslaget av {BO}, avslaget av Astrid")
    assert astrid.read().demands == [FIRST, SECOND]


def test_proposals_for_the_same_words_are_shown_as_rivals_and_one_is_left(district: District, pair: Pair) -> None:
    astrid, bo = pair
    write(astrid)
    expect(bo.demands).to_have_text([FIRST, SECOND])
    same = {"kind": "reword", "target": demand_id(bo.page, 1), "base": FIRST}
    send(bo.page, bo.path, **same, wording="att bussen går på natten")
    send(astrid.page, astrid.path, **same, wording="att bussen går på morgonen")
    for bench in pair:
        expect(shown(bench.page, 1)).to_have_count(2)
        expect(panel(bench.page)).to_contain_text(f"Krockar med ett förslag av {BO}.")
    panel(astrid.page).get_by_role("button", name="Godta alla").click()
    for bench in pair:
        expect(bench.demands.first).to_have_text("att bussen går på natten")
        expect(panel(bench.page)).to_contain_text("Krockar med texten")
    assert district.agree(astrid, bo).demands == ["att bussen går på natten", SECOND]


def test_paragraph_and_new_demand_are_shown_in_place_and_writing_goes_on_around_them(
    district: District, pair: Pair
) -> None:
    astrid, bo = pair
    write(astrid)
    expect(bo.demands).to_have_text([FIRST, SECOND])
    send(
        bo.page, bo.path, kind="reword", target="body", base=SENTENCE, wording=f"{SENTENCE} Det räcker inte.", place="1"
    )
    send(bo.page, bo.path, kind="add", target=demand_id(bo.page, 1), wording="att hållplatsen får ljus")
    below = [bench.page.locator("#body p + .demand__proposal") for bench in pair]
    for bench, proposed in zip(pair, below, strict=True):
        expect(proposed.locator("ins")).to_contain_text("Det räcker inte.")
        expect(shown(bench.page, 1)).to_contain_text(re.compile("^En ny att-sats: .*att hållplatsen får ljus"))
    text = district.agree(astrid, bo)

    # What is proposed is no part of the text: neither the caret nor a key gets into it.
    bo.go_below("Bakgrund")
    select(bo.page, "Bussen går en gång")
    bo.press("ArrowLeft")
    bo.type("Så här är det: ")
    astrid.go_below("Vad vi vill")
    astrid.type("Mer buss.")
    written = district.agree(astrid, bo)
    assert written.body[1] == f"Så här är det: {SENTENCE}"
    assert written.demands == text.demands
    expect(below[0]).to_have_count(1)

    panel(astrid.page).get_by_role("button", name="Godta alla").click()
    for proposed in below:
        expect(proposed).to_have_count(0)
    expect(bo.demands).to_have_text([FIRST, "att hållplatsen får ljus", SECOND])
    assert "Det räcker inte." in district.agree(astrid, bo).words


def test_whoever_knows_of_the_motion_asks_to_be_let_in_and_writes(district: District, visitors: Visitors) -> None:
    visitors.expect_complaint(r"status of 403")
    astrid = district.quickly_begin(visitors("astrid", district.url), "Kvällsbuss")
    write(astrid)
    astrid.page.request.post(f"{astrid.path}/visibility", form={"visibility": "demands"})
    sigrid = Workbench(visitors("sigrid", district.url), astrid.path)
    district.sign_in(sigrid.page, "sigrid")
    sigrid.page.goto(astrid.path)
    sigrid.page.get_by_role("button", name="Be om åtkomst").click()
    expect(sigrid.page.get_by_text("Du får ett mejl när")).to_be_visible()

    astrid.page.get_by_role("link", name="Bjud in fler att skriva").click()
    astrid.page.get_by_role("region", name=re.compile("Sigrid.*ber om åtkomst")).get_by_role(
        "button", name="Får skriva"
    ).click()
    expect(astrid.page.get_by_role("list").filter(has_text="Sigrid")).to_contain_text("Kan skriva")
    for bench in (astrid, sigrid):
        bench.open()
    sigrid.go_to_demand(2)
    sigrid.type(" för alla")
    expect(astrid.demands.nth(1)).to_have_text(f"{SECOND} för alla")
    district.agree(astrid, sigrid)


def test_commenter_is_let_write_and_put_back_while_the_page_is_open(district: District, visitors: Visitors) -> None:
    astrid, page = begin(district, visitors)
    bo = Workbench(page, astrid.path)
    expect(bo.save_state).to_have_text("Du läser med")
    listed = astrid.page.request.get(f"{astrid.path}/sharing").text()
    person = re.search(r"people/([0-9a-f-]{36})/role", listed)
    assert person

    def let(role: str) -> None:
        assert astrid.page.request.post(f"{astrid.path}/people/{person[1]}/role", form={"role": role}).ok

    let("author")
    bo.saved()
    bo.go_to_demand(1)
    bo.type(" och natten")
    expect(astrid.demands.first).to_have_text(f"{FIRST} och natten")
    bo.saved()
    let("commenter")
    expect(page.get_by_role("alert")).to_contain_text("Du kan inte längre skriva i motionen")
    expect(bo.save_state).to_have_text("Du läser med")
    bo.demands.first.click()
    bo.type("!!")
    astrid.go_to_demand(1)
    astrid.type(".")
    expect(bo.demands.first).to_have_text(f"{FIRST} och natten.")
    expect(astrid.demands.first).to_have_text(f"{FIRST} och natten.")


def test_all_members_of_the_association_are_let_in_and_out_at_once(district: District, visitors: Visitors) -> None:
    # What was being fetched when the right went; the signals themselves end without an error.
    visitors.expect_complaint(r"status of 403|status of 404 .*/(advice|co-signatures)\)")
    sigrid = district.quickly_begin(visitors("sigrid", district.url), "Kvällsbuss", "sigrid")
    ingrid = Workbench(visitors("ingrid", district.url), sigrid.path)
    district.sign_in(ingrid.page, "ingrid")
    ingrid.page.goto(sigrid.path)
    expect(ingrid.page.get_by_role("button", name="Be om åtkomst")).to_be_visible()

    manager = sigrid.page.context.new_page()
    manager.goto(f"{sigrid.path}/sharing")
    members = manager.locator("form[action$='/association-role']")

    def let(right: str) -> None:
        members.get_by_role("radio", name=re.compile(f"^{right}")).check()
        members.get_by_role("button", name="Spara").click()
        expect(manager.get_by_text("Rättigheten är ändrad.")).to_be_visible()
        expect(members.get_by_role("radio", name=re.compile(f"^{right}"))).to_be_checked()

    let("Skriva")
    ingrid.open()
    ingrid.go_to_demand(1)
    ingrid.type("bussen går")
    expect(sigrid.demands).to_have_text(["att bussen går"])
    expect(ingrid.page.get_by_role("link", name="Bjud in fler att skriva")).to_have_count(0)
    beside = ingrid.page.context.new_page()
    beside.goto(f"{sigrid.path}/text")
    expect(beside.locator("#co-signatures")).to_contain_text("Ingen förening")
    let("Ingenting")
    alert = ingrid.page.get_by_role("alert")
    expect(alert).to_contain_text("Du har inte längre tillgång till motionen")
    expect(alert.get_by_label("Här är de delar som du har skrivit i")).to_have_value("att-sats 1:\natt bussen går")
    expect(beside.get_by_role("alert")).to_contain_text("Du har inte längre tillgång till motionen")
    # The pages ask for nothing more: any answer would be that there is no such motion.
    for page in (ingrid.page, beside):
        expect(page.locator("#live")).to_have_count(0)
    expect(ingrid.save_state).to_have_text("Inte ansluten")
    ingrid.demands.first.click()
    ingrid.type("!!")
    sigrid.go_to_demand(1)
    sigrid.type(" ofta")
    expect(sigrid.demands).to_have_text(["att bussen går ofta"])
    sigrid.saved()
