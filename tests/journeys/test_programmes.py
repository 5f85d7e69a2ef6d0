"""Building on what has been decided, in real browsers: a programme's sentence becomes a quotation in the text."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.workbench import Workbench

SENTENCE = "Skolskjuts ska finnas för alla barn som bor på öarna."
PROGRAMME = f"## Skärgården\n\n{SENTENCE} Det gäller hela året."
QUOTATION = f"”{SENTENCE}” (Skärgårdsprogrammet, Skärgården)"


@pytest.fixture
def programme(district: District, visitors: Visitors) -> Iterator[Page]:
    """Dagny's page, where she has taken in a programme, which is gone afterwards."""
    page = visitors("dagny", district.url)
    district.sign_in(page, "dagny")
    page.goto("/programmes")
    page.get_by_label("Rubrik").fill("Skärgårdsprogrammet")
    page.get_by_label("Beslutat den").fill("2025-05-31")
    page.locator("input[type=file]").set_input_files(
        {"name": "program.md", "mimeType": "text/markdown", "buffer": PROGRAMME.encode()}
    )
    page.get_by_role("button", name="Läs in").click()
    expect(page.get_by_role("link", name="Skärgårdsprogrammet")).to_be_visible()
    yield page
    page.goto("/programmes")
    page.get_by_role("button", name="Ta bort Skärgårdsprogrammet").click()
    expect(page.get_by_role("link", name="Skärgårdsprogrammet")).to_have_count(0)


def test_a_passage_is_built_on_with_one_click_undone_with_another_and_seen_by_all(
    programme: Page, pair: tuple[Workbench, Workbench]
) -> None:
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type("skolskjuts finns för alla barn som bor på öarna")
    quoted = astrid.suggestions.locator(".decided .pair")
    expect(quoted).to_contain_text("Redan beslutat")
    expect(quoted).to_contain_text(SENTENCE)
    before = astrid.read()
    quoted.get_by_role("button", name="Bygg på detta").click()
    for bench in (astrid, bo):
        expect(bench.body.locator("blockquote")).to_have_text(QUOTATION)
    astrid.saved()
    # One step: what was typed before stays.
    astrid.body.click()
    astrid.press("ControlOrMeta+z")
    for bench in (astrid, bo):
        expect(bench.body.locator("blockquote")).to_have_count(0)
        bench.reads(before)
    # A guest writes along, and is shown no programmes.
    expect(bo.suggestions.locator(".decided")).to_have_count(0)
    told = json.dumps(astrid.read().body, ensure_ascii=False)
    assert SENTENCE not in told
