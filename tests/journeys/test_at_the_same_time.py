"""What two people do at the same time in two browsers, one of them on a line that is so slow that he acts on what stood
there before; afterwards both pages, the server and the exports say the same."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.test_writing_together import Line
from tests.journeys.workbench import Text, Workbench

DEMANDS = ["att bussen går", "att tåget går", "att båten går"]


class Meeting:
    """Astrid, and Bo on a slow line."""

    def __init__(self, district: District, visitors: Visitors) -> None:
        self.district = district
        self.astrid = district.quickly_begin(visitors("astrid", district.url), "Kvällsbuss")
        page = visitors("bo", district.url)
        self.line = Line(page)
        self.bo = district.quickly_join(self.astrid, page)
        self.astrid.go_to_demand(1)
        self.astrid.type("bussen går")
        for demand in DEMANDS[1:]:
            self.astrid.press("Enter")
            self.astrid.type(demand.removeprefix("att "))
        expect(self.bo.demands).to_have_text(DEMANDS)

    def at_once(self, astrid: Callable[[Workbench], None], bo: Callable[[Workbench], None]) -> Text:
        """Bo acts without having heard of what Astrid did; then he hears of it. Returns what both read in the end."""
        self.line.hold()
        astrid(self.astrid)
        self.astrid.saved()
        bo(self.bo)
        self.line.let_go()
        return self.agree()

    def agree(self) -> Text:
        self.bo.saved()
        text = self.district.agree(self.bo, self.astrid)
        plain = self.astrid.page.request.get(f"{self.astrid.path}/export.txt").text()
        words = " ".join(plain.split())
        for line in [text.title, *text.body, *text.demands]:
            assert line.strip() in {"", "att"} or " ".join(line.split()) in words, f"“{line}” is not in the export"
        return text


@pytest.fixture
def meeting(district: District, visitors: Visitors) -> Meeting:
    return Meeting(district, visitors)


def _type_in(number: int, words: str) -> Callable[[Workbench], None]:
    def act(bench: Workbench) -> None:
        bench.go_to_demand(number)
        bench.type(words)

    return act


def _paste(bench: Workbench, text: str) -> None:
    bench.page.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer()
            clipboardData.setData("text/plain", text)
            const how = { clipboardData, bubbles: true, cancelable: true }
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", how))
        }""",
        text,
    )


def test_moved_by_one_and_edited_by_the_other(meeting: Meeting) -> None:
    text = meeting.at_once(lambda astrid: astrid.move_up(2), _type_in(2, " till tio"))
    assert text.demands == ["att tåget går till tio", DEMANDS[0], DEMANDS[2]]


def test_moved_by_both(meeting: Meeting) -> None:
    text = meeting.at_once(lambda astrid: astrid.move_up(3), lambda bo: bo.move_up(3))
    assert sorted(text.demands) == sorted(DEMANDS)


def test_dragged_by_one_while_the_other_moves_and_edits(meeting: Meeting) -> None:
    astrid, bo = meeting.astrid, meeting.bo
    mouse, demands = astrid.page.mouse, astrid.page.locator("#demands")
    demands.scroll_into_view_if_needed()
    astrid.page.locator("[data-demand-grip]").first.hover()
    mouse.down()
    bo.move_up(3)
    _type_in(1, " till tio")(bo)
    expect(astrid.demands).to_have_text([f"{DEMANDS[0]} till tio", DEMANDS[2], DEMANDS[1]])
    box = demands.bounding_box()
    assert box
    # Below the list, though near enough to be meant for its end.
    mouse.move(box["x"] + 5, box["y"] + box["height"] + 12)
    mouse.up()
    expect(astrid.page.locator("[data-dragged]")).to_have_count(0)
    assert meeting.agree().demands == [DEMANDS[2], DEMANDS[1], f"{DEMANDS[0]} till tio"]


def test_struck_by_one_and_edited_by_the_other(meeting: Meeting) -> None:
    text = meeting.at_once(lambda astrid: astrid.strike(2), _type_in(2, " till tio"))
    assert text.demands == [DEMANDS[0], DEMANDS[2]]
    struck = meeting.astrid.page.locator("#struck")
    struck.locator("summary").click()
    struck.get_by_role("button", name="Ta tillbaka").click()
    expect(meeting.bo.demands).to_have_text([DEMANDS[0], "att tåget går till tio", DEMANDS[2]])
    meeting.agree()


def test_split_by_one_and_written_in_by_the_other(meeting: Meeting) -> None:
    def split(astrid: Workbench) -> None:
        astrid.go_to_demand(1)
        for _ in range(len(" går")):
            astrid.press("ArrowLeft")
        astrid.press("Enter")
        astrid.type("tåget ")

    text = meeting.at_once(split, _type_in(1, " till tio"))
    assert text.demands == ["att bussen till tio", "att tåget går", *DEMANDS[1:]]


def test_struck_and_restored_by_one_while_the_other_writes_in_it(meeting: Meeting) -> None:
    def strike_and_restore(astrid: Workbench) -> None:
        astrid.strike(2)
        astrid.page.get_by_role("status").get_by_role("button", name="Ångra").click()
        expect(astrid.demands).to_have_text(DEMANDS)

    text = meeting.at_once(strike_and_restore, _type_in(2, " till tio"))
    assert text.demands == [DEMANDS[0], "att tåget går till tio", DEMANDS[2]]


def test_pasted_by_one_while_the_other_writes_there(meeting: Meeting) -> None:
    def paste(astrid: Workbench) -> None:
        astrid.go_below("Bakgrund")
        _paste(astrid, "Ett stycke.\n\natt färjan går\n\natt taxi finns")

    def write(bo: Workbench) -> None:
        bo.go_below("Bakgrund")
        bo.type("Bos ord.")

    text = meeting.at_once(paste, write)
    assert text.demands == [*DEMANDS, "att färjan går", "att taxi finns"]
    assert text.words.count("Ett stycke.") == 1
    assert text.words.count("Bos ord.") == 1


def test_undone_by_one_across_all_of_it_while_the_other_writes(meeting: Meeting) -> None:
    astrid, bo = meeting.astrid, meeting.bo
    bo.go_to_demand(1)
    bo.type(" ofta")
    bo.move_up(2)
    bo.strike(3)
    bo.go_below("Bakgrund")
    bo.type("Bos ord.")
    expect(astrid.blocks.nth(1)).to_have_text("Bos ord.")
    meeting.agree()

    def undo_all(bo: Workbench) -> None:
        undo = bo.page.get_by_role("toolbar").get_by_role("button", name="Ångra", exact=True)
        while undo.is_enabled():
            undo.click()

    def write(astrid: Workbench) -> None:
        _type_in(2, " alltid")(astrid)
        astrid.go_below("Bakgrund")
        astrid.type(" Astrids ord.")

    text = meeting.at_once(write, undo_all)
    assert text.demands == ["att bussen går alltid", DEMANDS[1], DEMANDS[2]]
    assert text.words.count("Astrids ord.") == 1
    assert "Bos ord." not in text.words
