"""The main job from the first mail to the receipt: two people of one association write, find another association that
wants the same, win its backing, change a demand under it, and hand the motion in."""

import re
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from playwright.sync_api import Error, Locator, Page, Route, expect
from pypdf import PdfReader

from app.kit import clock
from tests.browser import Visitors
from tests.journeys.district import BO, District
from tests.journeys.workbench import Link, Workbench, at_once

ASTRID = "Astrid Hallmyr"


def test_two_associations_find_each_other_and_hand_in_one_motion(district: District, visitors: Visitors) -> None:
    journey = district.journey
    page = visitors("astrid", district.url)
    _find_the_call(district, page)
    astrid = district.begin_motion(page, "Kvällsbuss")
    found = _listen_for_suggestions(page)
    link = _invite(astrid)
    visitors.expect_complaint("bo, console: .* 422 .*/join/")
    bo = _join_on_a_phone(district, visitors("bo", district.url, phone=True), link)

    _write_together(district, astrid, bo)
    _see_each_other(astrid, bo)
    _find_the_other_motion(district, astrid, found)

    sigrid = visitors("sigrid", district.url)
    _ask(district, astrid)
    _back_two_demands(district, sigrid)
    astrid.open()
    _change_a_backed_demand(district, astrid, bo, sigrid)

    demands = [each["text"] for each in district.told(astrid.path)["demands"]]
    assert demands[1] == journey["second_writer"]["to"]
    _be_named(bo)
    _save_as_word_and_pdf(astrid, demands)
    _hand_in(astrid, bo)


def _be_named(bo: Workbench) -> None:
    """Bo, who has only a link, decides that his name shall stand in the motion."""
    bo.page.get_by_role("link", name="Vem har skrivit").click()
    bo.page.get_by_role("button", name="Jag vill stå som medförfattare").click()
    expect(bo.page.get_by_role("main")).to_contain_text("Du står med.")
    bo.open()


def _find_the_call(district: District, page: Page) -> None:
    district.sign_in_by_mail(page, "astrid")
    expect(page.get_by_role("heading", name="Hej Astrid")).to_be_visible()
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Motionsomgång").click()
    page.get_by_role("main").get_by_role("link", name=district.call).click()
    expect(page.get_by_role("main")).to_contain_text("9 dagar kvar")
    day = (clock.now() + timedelta(days=district.world["call"]["deadline_days_ahead"])).astimezone(clock.STOCKHOLM)
    expect(page.get_by_role("main").get_by_role("time").first).to_contain_text(f"{day.day} ")
    expect(page.get_by_role("main").get_by_role("time").first).to_contain_text("kl. 23:59")


def _invite(astrid: Workbench) -> Link:
    assert astrid.blocks.all_text_contents() == ["Bakgrund", "", "Vad vi vill", ""], "the call's template"
    assert astrid.demands.all_text_contents() == ["att "]
    link = astrid.make_link()
    assert re.fullmatch(r"[A-Z0-9]{3}[- ]?[A-Z0-9]{3}", link.code)
    astrid.open()
    return link


def _join_on_a_phone(district: District, phone: Page, link: Link) -> Workbench:
    phone.goto(link.url)
    expect(phone.get_by_role("main")).to_contain_text(f"{ASTRID} bjuder in dig att skriva i den här motionen.")
    expect(phone.get_by_role("main")).to_contain_text("samtycke")
    phone.get_by_role("button", name="Samtyck och gå med").click()
    expect(phone.get_by_role("alert")).to_contain_text("Skriv ditt namn")
    return district.join(phone, link.url)


def _write_together(district: District, astrid: Workbench, bo: Workbench) -> None:
    journey = district.journey
    paragraphs = journey["body"].split("\n")
    astrid.write_title(journey["title"])
    bo.go_below("Vad vi vill")
    astrid.go_below("Bakgrund")
    at_once((astrid, paragraphs[0]), (bo, paragraphs[2]))
    astrid.press("Enter")
    bo.press("Enter")
    at_once((astrid, paragraphs[1]), (bo, journey["second_writer"]["paragraph"]))
    astrid.go_to_demand(1)
    astrid.type(journey["demands"][0].removeprefix("att "))
    bo.add_demand(journey["demands"][1].removeprefix("att "))
    astrid.add_demand(journey["demands"][2].removeprefix("att "))

    text = district.agree(astrid, bo)
    assert text.title == journey["title"]
    assert text.body == [
        "Bakgrund",
        paragraphs[0],
        paragraphs[1],
        "Vad vi vill",
        paragraphs[2],
        journey["second_writer"]["paragraph"],
    ]
    assert text.demands == journey["demands"]


def _see_each_other(astrid: Workbench, bo: Workbench) -> None:
    expect(astrid.people.get_by_role("listitem")).to_have_count(2)
    expect(astrid.people).to_contain_text(BO)
    expect(bo.people).to_contain_text(ASTRID)
    bo.go_below("Bakgrund")
    expect(astrid.body.locator(f".caret[data-name='{BO}']")).to_be_attached()
    astrid.go_to_demand(3)
    expect(bo.demand(3).locator(f".caret[data-name='{ASTRID}']")).to_be_attached()
    astrid.title.click()
    expect(bo.page.locator(f"#title-carets .caret[data-name='{ASTRID}']")).to_be_attached()
    expect(bo.demand(3).locator(".caret")).to_have_count(0)


def _listen_for_suggestions(page: Page) -> list[str]:
    """Everything that the side panel is ever told, gathered while the test goes on."""
    found: list[str] = []

    def pass_on(route: Route) -> None:
        # Read on the way: the browser keeps no answer of a page that has been left.
        with suppress(Error):
            answer = route.fetch()
            found.append(answer.text())
            route.fulfill(response=answer)

    page.route(re.compile("/suggestions$"), pass_on)
    return found


def _find_the_other_motion(district: District, astrid: Workbench, found: list[str]) -> None:
    theirs = district.motion(district.journey["matches"])
    named = astrid.page.get_by_role("heading", name=theirs["title"], level=3)
    suggestion = astrid.suggestions.get_by_role("article").filter(has=named)
    expect(suggestion).to_be_visible()
    expect(suggestion).to_contain_text(theirs["association"])
    expect(suggestion).to_contain_text("Ni skriver båda om")
    for mine, other in district.journey["demand_pairs"]:
        pair = suggestion.locator(".pair").filter(has_text=theirs["demands"][other - 1])
        expect(pair).to_contain_text(district.journey["demands"][mine - 1])

    hidden = district.motion("nattbuss-till-bruket")
    assert found
    assert not [told for told in found if hidden["title"] in told]
    expect(astrid.suggestions).not_to_contain_text(hidden["association"])

    suggestion.get_by_role("link", name=theirs["title"], exact=True).click()
    expect(astrid.page.get_by_role("heading", name=theirs["title"], level=1)).to_be_visible()
    expect(astrid.page.get_by_role("main")).to_contain_text(theirs["demands"][0])
    astrid.open()


def _ask(district: District, astrid: Workbench) -> None:
    page, given = astrid.page, district.journey["co_signature"]
    page.get_by_role("link", name="Vilka som står bakom motionen").click()
    page.get_by_label("Förening", exact=True).select_option(given["association"])
    page.get_by_label("Några ord till dem").fill(given["request"])
    page.get_by_role("button", name="Skicka frågan").click()
    card = _card(page, given["association"])
    expect(card).to_contain_text("Tillfrågad")
    expect(card).to_contain_text(given["request"])


def _card(page: Page, association: str) -> Locator:
    """What the page of the backing says about one association."""
    heading = page.get_by_role("heading", name=association, exact=True)
    return page.locator("#backing").get_by_role("listitem").filter(has=heading)


def _back_two_demands(district: District, sigrid: Page) -> None:
    """Follows the mail to the motion, reads it, and records what the association has decided."""
    journey, given = district.journey, district.journey["co_signature"]
    district.sign_in(sigrid, "sigrid")
    sigrid.goto("/demo/mail")
    subject = "Vill ni ställa er bakom en motion från Ljungmora arbetarförening?"
    mail = district.newest_mail(sigrid, given["registered_by"], subject)
    expect(mail).to_contain_text(given["request"])
    mail.get_by_role("link").click()
    sigrid.get_by_text("Läs hela motionen").click()
    expect(sigrid.get_by_role("main")).to_contain_text(journey["second_writer"]["paragraph"])

    form = sigrid.get_by_role("region", name="Registrera föreningens beslut")
    form.get_by_label("Vi har beslutat att ställa oss bakom").check()
    form.get_by_label("Vem beslutade?").fill(given["decided_by"])
    decided = (clock.now().astimezone(clock.STOCKHOLM) - timedelta(days=given["decided_days_ago"])).date()
    form.get_by_label("När?").fill(decided.isoformat())
    form.get_by_label("Paragraf i protokollet").fill(given["paragraph"])
    form.get_by_label("Bara de att-satser som är ikryssade").check()
    for number in range(1, len(journey["demands"]) + 1):
        form.get_by_label(f"{number}. att ").set_checked(number in given["demands"])
    form.get_by_role("button", name="Registrera").click()
    card = _card(sigrid, given["association"])
    expect(card).to_contain_text("Står bakom")
    expect(card).to_contain_text(f"{given['decided_by']}, {decided.isoformat()}, {given['paragraph']}")
    expect(card).to_contain_text("Står bakom att-satserna 1 och 2")


def _change_a_backed_demand(district: District, astrid: Workbench, bo: Workbench, sigrid: Page) -> None:
    """Sigrid's page is open while Bo rewords what her association stands behind; it tells her by itself."""
    journey, association = district.journey, district.journey["co_signature"]["association"]
    card = _card(sigrid, association)
    bo.go_below("Bakgrund")
    bo.type(" Så är det.")
    bo.go_to_demand(3)
    bo.type(" senast nästa år")
    bo.saved()
    changed = journey["second_writer"]["changes_demand"]
    was, becomes = journey["demands"][changed - 1], journey["second_writer"]["to"]
    start = next(at for at, (old, new) in enumerate(zip(was, becomes, strict=False)) if old != new)
    bo.demand(changed).click()
    bo.press("ControlOrMeta+Home", *["ArrowRight"] * start)
    bo.type(becomes[start : start + len(becomes) - len(was)])
    expect(astrid.demand(changed)).to_have_text(becomes)

    expect(card).to_contain_text("Behöver bekräftas på nytt")
    expect(card).to_contain_text(f"Att-sats {changed} har fått ny lydelse")
    expect(card.locator(".diff ins")).to_contain_text("också på helgerna")
    expect(card).not_to_contain_text("Att-sats 3")
    card.get_by_role("button", name="Bekräfta: vi står bakom texten som den är nu").click()
    expect(sigrid.get_by_role("status").first).to_contain_text("Bekräftat")
    expect(card).to_contain_text("Står bakom")
    expect(card).not_to_contain_text("Behöver bekräftas på nytt")


def _save_as_word_and_pdf(astrid: Workbench, demands: list[str]) -> None:
    title = astrid.title.input_value()
    word = _download(astrid.page, "Spara som Word")
    assert word.suffix == ".docx"
    document: Any = Document(BytesIO(word.read_bytes()))
    numbered = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "Att-sats"]
    assert [paragraph.text for paragraph in numbered] == demands
    assert all(_is_numbered(document, paragraph) for paragraph in numbered)
    assert document.paragraphs[0].text == title
    (signatories,) = document.tables
    backing = [cell.text for cell in signatories.rows[1].cells]
    assert (backing[0], backing[4]) == ("Kvarnmobygdens förening", "1, 2")
    closing = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert ASTRID in closing
    assert BO in closing

    pdf = _download(astrid.page, "Spara som PDF")
    reader: Any = PdfReader(BytesIO(pdf.read_bytes()))
    said = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for number, demand in enumerate(demands, start=1):
        assert f"{number}. {demand}" in said
    for name in (title, "Kvarnmobygdens förening", ASTRID, BO):
        assert name in said
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    width, height = (float(side) / 72 * 25.4 for side in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 297)


def _is_numbered(document: Any, paragraph: Any) -> bool:
    """By Word's own numbering, on the paragraph or in its style."""
    return any(
        each is not None and each.numPr is not None
        for each in (paragraph._p.pPr, paragraph.style.element.pPr, document.styles["Att-sats"].element.pPr)
    )


def _download(page: Page, name: str) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    download = waiting.value
    kept = Path(download.path())
    return kept.rename(kept.with_name(download.suggested_filename))


def _hand_in(astrid: Workbench, bo: Workbench) -> None:
    page = astrid.page
    page.get_by_role("link", name="Lämna in", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Kvarnmobygdens förening står bakom motionen.")
    page.get_by_role("button", name="Lämna in motionen").click()
    receipt = page.get_by_role("region", name="Motionen är inlämnad")
    expect(receipt).to_contain_text("Älvringe partidistrikt")
    expect(receipt.get_by_role("time")).to_contain_text(str(clock.now().astimezone(clock.STOCKHOLM).year))
    expect(receipt.locator(".hash")).to_have_text(re.compile(r"^[0-9a-f]{64}$"))
    expect(bo.page.get_by_role("alert")).to_contain_text("Motionen är inlämnad")
    expect(bo.body).not_to_have_attribute("contenteditable", "true")
