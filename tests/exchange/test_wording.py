"""The words around a motion, file names, and what is made fit to print."""

from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest

from app.documents.text import Block, Span
from app.exchange import wording
from app.exchange.names import content_disposition, file_name
from app.exchange.paper import Listing, compose
from tests.exchange.samples import DEMANDS, motion_text, sample


@pytest.mark.parametrize(
    ("recipient", "call", "words"),
    [
        ("", "", "Vi föreslår att kongressen beslutar"),
        ("Distriktskongressen", "", "Vi föreslår att distriktskongressen beslutar"),
        ("Norra distriktet", "Distriktskongress 2026", "Vi föreslår att distriktskongressen beslutar"),
        ("Årsmöte i Lillåns förening", "", "Vi föreslår att årsmötet beslutar"),
        ("Arbetarekommunen i Vallsta", "", "Vi föreslår att arbetarekommunen beslutar"),
        ("Förbundsstämman", "", "Vi föreslår att förbundsstämman beslutar"),
        ("Representantskapet", "", "Vi föreslår att representantskapet beslutar"),
        ("Kretsen", "Motioner", "Vi yrkar"),
    ],
)
def test_demands_are_introduced_by_the_body_that_decides(recipient: str, call: str, words: str) -> None:
    assert wording.introduction(recipient, call, DEMANDS) == words


def test_body_that_the_demands_name_themselves_is_not_named_twice() -> None:
    assert wording.introduction("Kongressen", "", ["att kongressen uttalar sitt stöd"]) == "Vi yrkar"
    assert wording.introduction("Kongressen", "", ["att kommunen antar arbetarekommunens plan"]) != "Vi yrkar"


def test_date_is_written_as_in_swedish() -> None:
    assert wording.dateline(date(2026, 12, 1)) == "Den 1 december 2026"


def test_receipt_shows_the_time_in_stockholm_and_lateness() -> None:
    assert wording.handed_in(datetime(2026, 12, 1, 22, 59, tzinfo=UTC), late=False) == (
        "Inlämnad 1 december 2026 kl. 23:59"
    )
    late = wording.handed_in(datetime(2026, 12, 1, 23, 1, tzinfo=UTC), late=True)
    assert late == "Inlämnad 2 december 2026 kl. 00:01, efter motionsstopp"


def test_section_has_one_sign_however_it_was_written() -> None:
    assert [wording.section(text) for text in ("7", "§ 7", "§7", " 12 b ", "")] == ["§ 7", "§ 7", "§ 7", "§ 12 b", "–"]


def test_demands_that_are_backed_are_named_by_number() -> None:
    assert [wording.numbers(demands) for demands in (None, (2,), (3, 1, 3), ())] == ["alla", "2", "1, 3", "–"]


def test_motion_without_a_title_gets_a_name_to_be_filed_under() -> None:
    assert compose(sample(text=motion_text(title=" \x00\n"))).title == "Motion utan rubrik"


def test_levels_that_skip_are_closed_up() -> None:
    body = (
        Block("heading", (Span("a"),), 3),
        Block("bullet", (Span("b"),), 2),
        Block("ordered", (Span("c"),), 5),
        Block("paragraph", (Span("d"),), 4),
    )
    heading, listing, paragraph = compose(sample(text=motion_text(body=body))).parts
    assert isinstance(heading, Block)
    assert isinstance(listing, Listing)
    assert isinstance(paragraph, Block)
    assert heading.level == 2
    assert (listing.level, listing.items[0].inside[0].level) == (0, 1)
    assert paragraph.level == 0


def test_what_no_file_can_hold_is_taken_out() -> None:
    text = "a\x00\x08b\ud800c\ufffed\u202ee\x85f\tg\u2028h\r\ni"
    (part,) = compose(sample(text=motion_text(body=(Block("paragraph", (Span(text),)),)))).parts
    assert isinstance(part, Block)
    assert part.text == "abcde\nf g\nh\ni"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Fler tåg på kvällen", "Fler tåg på kvällen.docx"),
        ('Å/Ä\\Ö: vad? "ja" <nej> | *', "Å Ä Ö vad ja nej.docx"),
        ("../../etc/passwd", "etc passwd.docx"),
        (".dold", "dold.docx"),
        ("con", "Motion con.docx"),
        ("LPT1.txt", "Motion LPT1.txt.docx"),
        ("Slut...", "Slut.docx"),
        ("", "Motion.docx"),
        ("\x00\u202e\u200b", "Motion.docx"),
        ("ord " * 100, ("ord " * 20).strip() + ".docx"),
        ("å" * 200, "å" * 80 + ".docx"),
    ],
)  # fmt: skip
def test_file_name_is_safe_on_any_system_and_still_the_title(title: str, name: str) -> None:
    assert file_name(title, "docx") == name


def test_header_carries_the_name_for_new_and_old_clients() -> None:
    header = content_disposition('Tåg på kvällen; 100% "bra".pdf')
    assert header.startswith("attachment; filename=\"Tag pa kvallen 100 bra .pdf\"; filename*=UTF-8''")
    assert unquote(header.partition("UTF-8''")[2]) == 'Tåg på kvällen; 100% "bra".pdf'
    assert header.isascii()
    assert "\n" not in content_disposition("a\r\nb.pdf")
    assert 'filename="motion.pdf"' in content_disposition("日本.pdf")
