"""The core of it in Firefox, together with somebody in Chromium: from the mailed link to the receipt."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import pytest
from docx import Document
from playwright.sync_api import expect
from pypdf import PdfReader

from app.kit import clock
from tests.browser import Visitors
from tests.firefox import ALT, CONTROL, END, ENTER, UP, Firefox, Window, firefox
from tests.journeys.district import BO, District
from tests.journeys.test_comments import comment, said
from tests.journeys.test_proposals import propose, shown
from tests.journeys.workbench import Workbench

READY = "document.documentElement.dataset.ready === '1'"
SAVED = "document.querySelector('#save-state')?.innerText.trim() === 'Sparat'"
DEMANDS = "[...document.querySelectorAll('#demands [data-demand-text]')].map((each) => each.innerText.trim())"
FIRST, SECOND, THIRD = "att bussen går på kvällen", "att hållplatsen får ljus", "att väntsalen är öppen"
SIGN_IN = "Din länk till Motionsverkstad"


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with firefox(tmp_path_factory.mktemp("firefox")) as opened:
        yield opened


#: What Firefox says of a page's requests that were under way when the page was left.
_LEFT = re.compile("NetworkError when attempting to fetch|Error in input stream")


def _complaints(fox: Firefox) -> list[str]:
    return [said for said in fox.errors if not _LEFT.search(said)]


def _stand(*texts: str) -> str:
    """That these demands stand there, as an expression."""
    told = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    return f"JSON.stringify({DEMANDS}) === {json.dumps(told)}"


def _open(window: Window, url: str) -> None:
    window.goto(url)
    window.until(f"{READY} && {SAVED}")


def test_guest_joins_in_firefox_and_writes_with_somebody_in_chromium(
    district: District, visitors: Visitors, fox: Firefox
) -> None:
    astrid = district.quickly_begin(visitors("astrid", district.url), "Kvällsbuss")
    made = astrid.page.request.post(f"{astrid.path}/share-links", form={"role": "author"}).text()
    link = re.search(r'value="http[^"]+(/join/[^"]+)"', made)
    assert link
    bo = fox.window()
    bo.goto(urljoin(district.url, link[1]))
    bo.click("input[name=name]")
    bo.type("Bo Ek")
    bo.click("main button", "Samtyck och gå med")
    bo.until(f"{READY} && {SAVED}")
    expect(astrid.people.get_by_role("listitem")).to_have_count(2)

    bo.click("#body h3 + p")
    bo.type("Bussen går åt skogen. ")
    expect(astrid.blocks.nth(1)).to_have_text("Bussen går åt skogen. ")
    expect(astrid.caret_of("Bo Ek")).to_be_attached()
    astrid.go_below("Bakgrund")
    astrid.type("Så är det.")
    bo.see("#body h3 + p", "Bussen går åt skogen. Så är det.")
    bo.until("document.querySelector('.caret')")
    bo.press(CONTROL, "f")
    bo.type("BUSSEN")
    bo.until("document.querySelector('[data-find-count]').innerText.endsWith(' av 1')")
    bo.until(SAVED)
    district.agree(astrid)
    assert not _complaints(fox)


def test_motion_is_begun_written_backed_and_handed_in_from_firefox(
    district: District, visitors: Visitors, fox: Firefox
) -> None:
    astrid = fox.window()
    _sign_in(district, astrid, "astrid")
    path = _begin(district, astrid)
    bo = district.join(visitors("bo", district.url), _invite(astrid))
    _open(astrid, urljoin(district.url, path))

    _write(astrid, bo)
    _put_in_order(astrid, bo)
    _talk(astrid, bo)
    demands = _change_as_proposed(district, astrid, bo)
    _win_backing(district, astrid, fox.window(), path)
    _open(astrid, urljoin(district.url, path))
    _save(astrid, demands)
    _hand_in(astrid, bo)
    assert not _complaints(fox)


def _mails(window: Window, district: District, email: str, subject: str, more_than: int = -1) -> list[str]:
    """Where the letters with this subject to this address lead, the newest first, once there are more than so many."""
    about = [f"Till {email}", subject]
    listed = f"""JSON.stringify([...document.querySelectorAll(".mails > li")]
        .filter((each) => {json.dumps(about)}.every((words) => each.innerText.includes(words)))
        .map((each) => each.querySelector("a").href))"""
    window.goto(f"{district.url}/demo/mail")
    for _attempt in range(50):
        found: list[str] = json.loads(window.evaluate(listed))
        if len(found) > more_than:
            return found
        window.reload()
    raise AssertionError(f"no mail: {subject}")


def _sign_in(district: District, window: Window, key: str) -> None:
    person = district.person(key)
    before = _mails(window, district, person["email"], SIGN_IN)
    window.goto(f"{district.url}/sign-in")
    window.click("input[name=email]")
    window.type(person["email"])
    window.click("main button", "Skicka länken")
    window.see("h1", "Titta i din e-post")
    window.goto(_mails(window, district, person["email"], SIGN_IN, len(before))[0])
    window.click("main button", "Logga in")
    window.see("h1", f"Hej {person['name'].split()[0]}")


def _begin(district: District, astrid: Window) -> str:
    """Begins a motion in the call; returns its path."""
    astrid.click("nav a", "Motionsomgång")
    astrid.see("h1", "Motionsomgångar")
    astrid.click("main a", district.call)
    astrid.click("#field-title")
    astrid.type("Kvällsbuss")
    astrid.click("main button", "Börja skriva")
    astrid.until(f"{READY} && {SAVED}")
    return str(astrid.evaluate("location.pathname"))


def _invite(astrid: Window) -> str:
    astrid.click("#status a", "Bjud in fler att skriva")
    astrid.click("main button", "Skapa länken")
    return str(astrid.until("document.querySelector('.share__link input')?.value"))


def _write(astrid: Window, bo: Workbench) -> None:
    """Both write the title, the body and the demands, and see each other do so."""
    expect(bo.people.get_by_role("listitem")).to_have_count(2)
    astrid.click("#title")
    astrid.press(END)
    astrid.type(" till byarna")
    expect(bo.title).to_have_value("Kvällsbuss till byarna")
    bo.title.click()
    bo.press("End")
    bo.type(" i norr")
    astrid.until("document.querySelector('#title').value === 'Kvällsbuss till byarna i norr'")
    astrid.click("#body h3 + p")
    astrid.type("Den sista bussen går halv sex.")
    expect(bo.blocks.nth(1)).to_have_text("Den sista bussen går halv sex.")
    expect(bo.caret_of("Astrid Hallmyr")).to_be_attached()
    bo.go_below("Bakgrund")
    bo.type(" Det är för tidigt.")
    astrid.see("#body h3 + p", "Den sista bussen går halv sex. Det är för tidigt.")
    astrid.until(f"document.querySelector('#body .caret[data-name=\"{BO}\"]')")
    astrid.click("#demands [data-demand-text]")
    astrid.press(END)
    astrid.type(FIRST.removeprefix("att ") + ENTER + SECOND.removeprefix("att "))
    expect(bo.demands).to_have_text([FIRST, SECOND])
    bo.add_demand(THIRD.removeprefix("att "))
    astrid.until(_stand(FIRST, SECOND, THIRD))


def _put_in_order(astrid: Window, bo: Workbench) -> None:
    """Demands are moved by key and by button; each takes back what they did themselves, and nothing else."""
    astrid.until(SAVED)
    astrid.press(ALT, UP)
    expect(bo.demands).to_have_text([SECOND, FIRST, THIRD])
    bo.move_up(3)
    astrid.until(_stand(SECOND, THIRD, FIRST))
    astrid.press(CONTROL, "z")
    expect(bo.demands).to_have_text([THIRD, FIRST, SECOND])
    bo.demands.first.click()
    bo.press("ControlOrMeta+z")
    astrid.until(_stand(FIRST, SECOND, THIRD))
    astrid.until(SAVED)


def _talk(astrid: Window, bo: Workbench) -> None:
    """Bo comments on words, Astrid answers; she comments on a demand by key."""
    comment(bo.page, "halv sex", "Stämmer det?")
    astrid.see("#body .commented", "halv sex")
    astrid.click(".comment summary", "Svara")
    astrid.click(".comment details[open] textarea")
    astrid.type("Ja, enligt tidtabellen.")
    astrid.click(".comment details[open] button", "Skicka svaret")
    expect(said(bo.page, "Stämmer det?")).to_contain_text("Ja, enligt tidtabellen.")
    astrid.click("#demands li:nth-child(2) [data-demand-text]")
    astrid.press(CONTROL, ALT, "m")
    astrid.type("Vem betalar?")
    astrid.click("#comment-composer button", "Skicka kommentaren")
    expect(said(bo.page, "Vem betalar?")).to_contain_text("Att-sats 2")


def _change_as_proposed(district: District, astrid: Window, bo: Workbench) -> list[str]:
    """Bo proposes a wording and Astrid accepts it; returns the demands."""
    wording = "att bussen går varje halvtimme på kvällen"
    propose(bo.page, f"1. {FIRST}", wording)
    astrid.see("#demands .demand__proposal ins", "varje halvtimme")
    astrid.click("#proposals button", "Godta")
    demands = [wording, SECOND, THIRD]
    expect(bo.demands).to_have_text(demands)
    expect(shown(bo.page, 1)).to_have_count(0)
    astrid.until(_stand(*demands))
    astrid.until(SAVED)
    assert district.agree(bo).demands == demands
    return demands


def _win_backing(district: District, astrid: Window, sigrid: Window, path: str) -> None:
    """Astrid asks an association, and whoever signs for it records the decision about two of the demands."""
    given = district.journey["co_signature"]
    subject = "Vill ni ställa er bakom en motion från Ljungmora arbetarförening?"
    astrid.click("#status a", "Vilka som står bakom motionen")
    astrid.choose("#field-association", given["association"])
    astrid.fill("#field-message", given["request"])
    astrid.click("main button", "Skicka frågan")
    astrid.see("#backing", "Tillfrågad")

    _sign_in(district, sigrid, "sigrid")
    (asked, *_older) = _mails(sigrid, district, given["registered_by"], subject, 0)
    assert path in asked
    sigrid.goto(asked)
    decided = (clock.now().astimezone(clock.STOCKHOLM) - timedelta(days=given["decided_days_ago"])).date()
    sigrid.fill("#field-decided_by", given["decided_by"])
    sigrid.fill("#field-decided_on", decided.isoformat())
    sigrid.fill("#field-paragraph", given["paragraph"])
    sigrid.click("#field-covers label", "Bara de att-satser som är ikryssade nedan")
    sigrid.click("#field-demands label:nth-of-type(3)")
    sigrid.click("main button", "Registrera")
    sigrid.see("#backing", "Står bakom att-satserna 1 och 2")
    astrid.see("#backing", f"{given['decided_by']}, {decided.isoformat()}, {given['paragraph']}")


def _save(astrid: Window, demands: list[str]) -> None:
    """What is saved as Word and as PDF holds the demands and who stands behind them."""
    word: Any = Document(BytesIO(astrid.download("#status a", "Spara som Word").read_bytes()))
    assert [each.text for each in word.paragraphs if each.style.name == "Att-sats"] == demands
    (signatories,) = word.tables
    assert [cell.text for cell in signatories.rows[1].cells][::4] == ["Kvarnmobygdens förening", "1, 2"]
    pdf = PdfReader(BytesIO(astrid.download("#status a", "Spara som PDF").read_bytes()))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for words in (*demands, "Kvarnmobygdens förening", "Astrid Hallmyr"):
        assert words in text


def _hand_in(astrid: Window, bo: Workbench) -> None:
    astrid.click("#status a", "Lämna in")
    astrid.click("main button", "Lämna in motionen")
    astrid.see(".receipt", "Älvringe partidistrikt")
    assert re.fullmatch("[0-9a-f]{64}", astrid.evaluate("document.querySelector('.receipt .hash').innerText.trim()"))
    expect(bo.page.get_by_role("alert")).to_contain_text("Motionen är inlämnad")
    expect(bo.body).not_to_have_attribute("contenteditable", "true")
