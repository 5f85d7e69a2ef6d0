"""The core of it in Firefox, together with somebody in Chromium: join, write, see each other, saved."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from tests.browser import Visitors
from tests.firefox import CONTROL, END, ENTER, Firefox, firefox
from tests.journeys.district import District

SAVED = "document.querySelector('#save-state')?.innerText.trim() === 'Sparat'"
DEMANDS = "[...document.querySelectorAll('#demands [data-demand-text]')].map((each) => each.innerText.trim())"


@pytest.fixture
def fox(tmp_path: Path) -> Iterator[Firefox]:
    with firefox(tmp_path) as opened:
        yield opened


def _stand(*texts: str) -> str:
    """That these demands stand there, as an expression."""
    told = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    return f"JSON.stringify({DEMANDS}) === {json.dumps(told)}"


def test_firefox_and_chromium_write_one_motion(district: District, visitors: Visitors, fox: Firefox) -> None:
    astrid = district.quickly_begin(visitors("astrid", district.url), "Kvällsbuss")
    made = astrid.page.request.post(f"{astrid.path}/share-links", form={"role": "author"}).text()
    link = re.search(r'value="http[^"]+(/join/[^"]+)"', made)
    assert link
    fox.goto(urljoin(district.url, link[1]))
    fox.click("input[name=name]")
    fox.type("Bo Ek")
    fox.click("main form button:not([type=button])")
    fox.until("document.documentElement.dataset.ready === '1'")
    fox.until(SAVED)
    expect(astrid.people.get_by_role("listitem")).to_have_count(2)

    fox.click("#body h3 + p")
    fox.type("Bussen går åt skogen. ")
    expect(astrid.blocks.nth(1)).to_have_text("Bussen går åt skogen. ")
    expect(astrid.caret_of("Bo Ek")).to_be_attached()
    astrid.go_below("Bakgrund")
    astrid.type("Så är det.")
    fox.until("document.querySelector('#body h3 + p').innerText.includes('Bussen går åt skogen. Så är det.')")
    fox.until("document.querySelector('.caret')")

    fox.click("#demands [data-demand-text]")
    fox.press(END)
    fox.type("bussen går på kvällen" + ENTER + "hållplatsen får ljus")
    texts = ("att bussen går på kvällen", "att hållplatsen får ljus")
    expect(astrid.demands).to_have_text(list(texts))
    fox.until(SAVED)
    fox.press("\ue00a", "\ue013")
    expect(astrid.demands).to_have_text(list(reversed(texts)))
    fox.press(CONTROL, "z")
    expect(astrid.demands).to_have_text(list(texts))

    astrid.add_demand("väntsalen är öppen")
    fox.until(_stand(*texts, "att väntsalen är öppen"))
    fox.press(CONTROL, "f")
    fox.type("BUSSEN")
    fox.until("document.querySelector('[data-find-count]').innerText.endsWith(' av 2')")
    fox.until(SAVED)
    read = district.agree(astrid)
    assert json.loads(fox.evaluate(f"JSON.stringify({DEMANDS})")) == read.demands
    assert not fox.errors
