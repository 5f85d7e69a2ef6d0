"""The page where a motion is written, as a test uses it: by what is seen, by keys and by clicks."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser import PATIENCE


@dataclass(frozen=True, slots=True)
class Link:
    """What lets others in: an address to send and a code to say."""

    url: str
    code: str


@dataclass(frozen=True, slots=True)
class Text:
    """What stands on the page."""

    title: str
    body: list[str]
    demands: list[str]

    @property
    def words(self) -> str:
        return "\n".join([self.title, *self.body, *self.demands])


class Workbench:
    """A motion's page, open on one device."""

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        self.path = path
        self.title = page.locator("#title")
        self.body = page.locator("#body")
        self.blocks = page.locator("#body :is(p, h3, h4)")
        self.demands = page.locator("#demands [data-demand-text]")
        self.save_state = page.locator("#save-state")
        self.people = page.get_by_role("list", name="Här just nu")
        self.suggestions = page.locator("#suggestions")

    def open(self) -> None:
        """Opens the page, anew when it was open."""
        self.page.goto(self.path)
        self.ready()

    def ready(self) -> None:
        """Returns when the text is live and all of it is saved."""
        expect(self.page.locator("html[data-ready='1']")).to_be_attached(timeout=2 * PATIENCE)
        self.saved()

    def saved(self) -> None:
        """Returns when the page says *Sparat*."""
        expect(self.save_state).to_have_text("Sparat", timeout=2 * PATIENCE)

    def make_link(self, right: str = "Skriva") -> Link:
        """Makes a share link that gives others this right; leaves the page where links are made open."""
        self.page.get_by_role("link", name="Bjud in fler att skriva").click()
        form = self.page.locator("form[action$='/share-links']")
        form.get_by_role("radio", name=re.compile(f"^{right}")).check()
        self.page.get_by_role("button", name="Skapa länken").click()
        address = self.page.get_by_role("textbox", name="Länk att skicka vidare")
        expect(address).to_be_visible()
        return Link(address.input_value(), self.page.locator(".share__code").inner_text())

    def read(self) -> Text:
        """The text as it stands on the page now."""
        blocks, demands = self.blocks.all_text_contents(), self.demands.all_text_contents()
        return Text(self.title.input_value(), blocks, demands)

    def reads(self, text: Text) -> None:
        """Returns when exactly this stands on the page."""
        expect(self.title).to_have_value(text.title)
        expect(self.blocks).to_have_text(text.body)
        expect(self.demands).to_have_text(text.demands)

    def demand(self, number: int) -> Locator:
        """The field of a demand by its number, from 1."""
        return self.page.get_by_role("textbox", name=re.compile(rf"^Att-sats {number} av \d+$"))

    def write_title(self, title: str) -> None:
        self.title.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(title)

    def go_below(self, heading: str) -> None:
        """Puts the caret in the paragraph under a heading of the body, at its end."""
        self.body.locator(f"h3:has-text('{heading}') + p").click()
        self.page.keyboard.press("End")

    def go_to_demand(self, number: int) -> None:
        """Puts the caret at the end of a demand."""
        self.demand(number).click()
        self.page.keyboard.press("ControlOrMeta+End")

    def add_demand(self, words: str) -> None:
        """Adds a demand last; its "att" is there already."""
        count = self.demands.count()
        self.body.click()
        self.page.get_by_role("button", name="Lägg till att-sats").click()
        if count:
            expect(self.demands.nth(count - 1)).to_be_visible()
        self.page.keyboard.type(words)

    def strike(self, number: int) -> None:
        self.page.get_by_role("button", name=f"Ta bort att-sats {number}").click()

    def move_up(self, number: int) -> None:
        self.page.get_by_role("button", name=f"Flytta upp att-sats {number}").click()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def format(self, name: str) -> None:
        """Presses a button of the toolbar."""
        self.page.get_by_role("toolbar").get_by_role("button", name=name, exact=True).click()

    def caret_of(self, name: str) -> Locator:
        return self.page.locator(f".caret[data-name='{name}']")


def at_once(*hands: tuple[Workbench, str]) -> None:
    """All type at the same time, word by word: nobody waits for what the others' words do."""
    queues = [(bench, re.findall(r"\s*\S+\s*", words)) for bench, words in hands]
    while any(words for _bench, words in queues):
        for bench, words in queues:
            if words:
                bench.type(words.pop(0))
