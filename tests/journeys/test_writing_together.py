"""Two people in one text: nothing is damaged, lost or doubled, and what is said about saving is true."""

import re
from collections.abc import Callable
from itertools import zip_longest

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser import Visitors
from tests.journeys.district import BO, District
from tests.journeys.workbench import Workbench, at_once

Pair = tuple[Workbench, Workbench]


def test_both_type_in_one_paragraph_and_no_word_is_torn(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_below("Bakgrund")
    astrid.type("Mitten.")
    expect(bo.blocks.nth(1)).to_have_text("Mitten.")
    bo.go_below("Bakgrund")
    astrid.press("Home")
    at_once((astrid, "Astrid skriver framför. "), (bo, " Bo skriver efter."))
    text = district.agree(astrid, bo)
    assert text.body[1] == "Astrid skriver framför. Mitten. Bo skriver efter."


def test_both_type_in_the_title_and_no_letter_is_lost(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.title.click()
    astrid.press("End")
    bo.title.click()
    bo.press("Home")
    at_once((astrid, " till byarna varje kväll"), (bo, "En ny och bättre "))
    assert district.agree(astrid, bo).title == "En ny och bättre Kvällsbuss till byarna varje kväll"


def test_both_begin_at_the_same_place_and_no_word_is_torn(district: District, pair: Pair) -> None:
    astrid, bo = pair

    def type_letter_by_letter() -> None:
        for letters in zip_longest("Astrid skriver. ", "Bo åker buss. 😀 ", fillvalue=""):
            for bench, letter in zip(pair, letters, strict=True):
                bench.type(letter)
        district.agree(astrid, bo)

    astrid.go_below("Bakgrund")
    astrid.type("Mitten. ")
    expect(bo.blocks.nth(1)).to_have_text("Mitten. ")
    bo.go_below("Bakgrund")
    type_letter_by_letter()
    for bench in pair:
        bench.press("Home")
    type_letter_by_letter()
    for bench in pair:
        bench.go_to_demand(1)
    type_letter_by_letter()
    # Where nobody has written yet.
    for bench in pair:
        bench.go_below("Vad vi vill")
    type_letter_by_letter()
    text = district.agree(astrid, bo)
    either = ("Astrid skriver. Bo åker buss. 😀 ", "Bo åker buss. 😀 Astrid skriver. ")
    assert text.body[1] in {f"{first}Mitten. {last}" for first in either for last in either}
    assert text.demands[0] in {f"att {words}" for words in either}
    assert text.body[3] in either


def test_headings_lists_bold_and_italic_reach_the_other_and_the_files(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_below("Bakgrund")
    astrid.type("Bussen går ")
    astrid.format("Fet")
    astrid.type("aldrig")
    astrid.format("Fet")
    astrid.type(" på ")
    astrid.press("ControlOrMeta+i")
    astrid.type("kvällen")
    astrid.press("ControlOrMeta+i", "Enter")
    astrid.format("Punktlista")
    astrid.type("tidtabellen")
    astrid.press("Enter")
    astrid.type("priset")
    bo.go_below("Vad vi vill")
    bo.type("Så här")
    bo.format("Mindre mellanrubrik")
    bo.press("End", "Enter")
    bo.type("1. först")
    bo.press("Enter")
    bo.type("sedan")

    for page in (astrid.body, bo.body):
        expect(page.locator("strong")).to_have_text("aldrig")
        expect(page.locator("em")).to_have_text("kvällen")
        expect(page.locator("ul > li")).to_have_text(["tidtabellen", "priset"])
        expect(page.locator("h4")).to_have_text("Så här")
        expect(page.locator("ol > li")).to_have_text(["först", "sedan"])
    district.agree(astrid, bo)
    markdown = astrid.page.request.get(f"{astrid.path}/export.md").text()
    for line in (
        "Bussen går **aldrig** på *kvällen*",
        "- tidtabellen",
        "- priset",
        "### Så här",
        "1. först",
        "2. sedan",
    ):
        assert line in markdown, markdown


def test_demands_added_reworded_moved_and_struck_by_both_at_once(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type("bussen går på kvällen")
    for words in ("biljetten blir billigare", "hållplatsen får ljus", "väntsalen är öppen"):
        astrid.add_demand(words)
    expect(bo.demands).to_have_count(4)
    district.agree(astrid, bo)

    # Astrid moves the demand that Bo rewords, and Bo strikes one while Astrid adds another.
    bo.go_to_demand(3)
    bo.type(" och")
    astrid.move_up(3)
    bo.type(" tak")
    astrid.go_to_demand(1)
    bo.strike(4)
    at_once((astrid, " och på natten"), (bo, ""))
    bo.add_demand("förarna får rast")
    astrid.add_demand("barn åker gratis")
    expect(astrid.demands).to_have_count(5)
    expect(bo.demands).to_have_count(5)

    text = district.agree(astrid, bo)
    assert text.demands[:3] == [
        "att bussen går på kvällen och på natten",
        "att hållplatsen får ljus och tak",
        "att biljetten blir billigare",
    ]
    assert sorted(text.demands[3:]) == ["att barn åker gratis", "att förarna får rast"]


def test_struck_demand_that_the_other_was_writing_in_can_be_taken_back(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type("bussen går")
    astrid.add_demand("tåget går")
    expect(bo.demands).to_have_count(2)
    bo.go_to_demand(2)
    bo.type(" på natten")
    astrid.strike(2)
    expect(bo.demands).to_have_count(1)
    toast = bo.page.get_by_role("status").filter(has_text="Någon annan tog bort")
    toast.get_by_role("button", name="Ta tillbaka").click()
    expect(astrid.demands).to_have_text(["att bussen går", "att tåget går på natten"])
    district.agree(astrid, bo)


def test_undo_takes_back_only_ones_own(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_below("Bakgrund")
    astrid.type("Astrids ord.")
    expect(bo.blocks.nth(1)).to_have_text("Astrids ord.")
    bo.go_below("Bakgrund")
    bo.type(" Bos ord.")
    expect(astrid.blocks.nth(1)).to_have_text("Astrids ord. Bos ord.")
    astrid.add_demand("bussen går")
    expect(bo.demands).to_have_text(["att bussen går"])

    bo.format("Ångra")
    expect(astrid.blocks.nth(1)).to_have_text("Astrids ord.")
    expect(astrid.demands).to_have_text(["att bussen går"])
    expect(bo.page.get_by_role("button", name="Ångra", exact=True)).to_be_disabled()
    bo.format("Gör om")
    expect(astrid.blocks.nth(1)).to_have_text("Astrids ord. Bos ord.")
    astrid.title.click()
    astrid.format("Ångra")
    expect(bo.demands).not_to_contain_text(["bussen går"])
    expect(bo.blocks.nth(1)).to_contain_text("Bos ord.")
    district.agree(astrid, bo)


def test_nothing_typed_offline_is_lost_or_doubled(district: District, pair: Pair, visitors: Visitors) -> None:
    visitors.expect_complaint("ERR_INTERNET_DISCONNECTED|Failed to fetch|sse:error")
    astrid, bo = pair
    astrid.go_below("Bakgrund")
    bo.go_below("Vad vi vill")
    at_once((astrid, "Den sista bussen "), (bo, "Vi vill att "))
    astrid.page.context.set_offline(True)
    at_once((astrid, "går halv sex på kvällen. "), (bo, "bussen går längre. "))
    expect(astrid.save_state).to_have_text(re.compile(r"Frånkopplad.*, \d+ ändringar väntar"))
    expect(astrid.save_state).not_to_contain_text("Sparat")
    at_once((astrid, "Sedan blir det taxi."), (bo, "Också på lördagar."))
    bo.saved()
    expect(bo.blocks.nth(1)).not_to_contain_text("halv sex")

    astrid.page.context.set_offline(False)
    text = district.agree(astrid, bo)
    assert text.body == [
        "Bakgrund",
        "Den sista bussen går halv sex på kvällen. Sedan blir det taxi.",
        "Vad vi vill",
        "Vi vill att bussen går längre. Också på lördagar.",
    ]


class Line:
    """The socket of one page, in somebody's hand: what the server says can be held back, and the line can be cut."""

    def __init__(self, page: Page) -> None:
        self._held: list[Callable[[], None]] | None = None
        self._sockets: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/collab/"), self._on_socket)

    def _on_socket(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        self._sockets.append(socket)

        def from_server(message: str | bytes) -> None:
            if self._held is None:
                socket.send(message)
            else:
                self._held.append(lambda: socket.send(message))

        server.on_message(from_server)

    def hold(self) -> None:
        self._held = []

    def let_go(self) -> None:
        held, self._held = self._held or [], None
        for send in held:
            send()

    def cut(self) -> None:
        """Ends the connection as a proxy that was restarted would."""
        self._sockets[-1].close()


def test_saved_is_not_said_before_the_server_has_confirmed(district: District, visitors: Visitors) -> None:
    page = visitors("astrid", district.url)
    line = Line(page)
    astrid = district.quickly_begin(page, "Kvällsbuss")
    line.hold()
    astrid.go_below("Bakgrund")
    astrid.type("Ord")
    expect(astrid.save_state).to_have_text("Sparar…")
    expect(astrid.save_state).to_have_text("3 ändringar väntar")
    line.let_go()
    astrid.saved()
    assert district.told(astrid.path)["body"] == "Bakgrund\nOrd\nVad vi vill"


def test_cut_in_mid_sentence_mends_by_itself(district: District, visitors: Visitors) -> None:
    page = visitors("astrid", district.url)
    line = Line(page)
    astrid = district.quickly_begin(page, "Kvällsbuss")
    bo = district.quickly_join(astrid, visitors("bo", district.url))
    astrid.go_below("Bakgrund")
    astrid.type("Den sista ")
    # What the server confirms from here on never arrives, so the page can't know that it was taken.
    line.hold()
    astrid.type("bussen går ")
    expect(bo.blocks.nth(1)).to_contain_text("bussen går")
    line.cut()
    astrid.type("halv sex.")
    line.let_go()
    text = district.agree(astrid, bo)
    assert text.body[1] == "Den sista bussen går halv sex."


def test_short_code_leads_to_the_same_motion(district: District, visitors: Visitors) -> None:
    visitors.expect_complaint("bo, console: .* 422 .*/join")
    page = visitors("astrid", district.url)
    astrid = district.quickly_begin(page, "Kvällsbuss")
    code = astrid.make_link().code
    phone = visitors("bo", district.url, phone=True)
    phone.goto("/join")
    phone.get_by_label("Kod").fill("ZZZZZZ" if code != "ZZZZZZ" else "YYYYYY")
    phone.get_by_role("button", name="Gå vidare").click()
    expect(phone.get_by_role("alert")).to_contain_text("Ingen motion har den koden")
    phone.get_by_label("Kod").fill(f" {code[:3].lower()} {code[3:].lower()} ")
    phone.get_by_role("button", name="Gå vidare").click()
    bo = district.join(phone, phone.url)
    assert bo.path == astrid.path
    expect(bo.title).to_have_value("Kvällsbuss")


def test_guest_who_may_only_read_sees_the_motion_and_nothing_to_write_in(
    district: District, visitors: Visitors
) -> None:
    page = visitors("astrid", district.url)
    astrid = district.quickly_begin(page, "Kvällsbuss")
    link = astrid.make_link("Läsa")
    guest = visitors("bo", district.url, phone=True)
    guest.goto(link.url)
    guest.get_by_label("Ditt namn").fill(BO)
    guest.get_by_role("button", name="Samtyck och gå med").click()
    expect(guest.get_by_role("heading", name="Kvällsbuss", level=1)).to_be_visible()
    expect(guest.locator("[contenteditable], textarea")).to_have_count(0)
