"""The demo's district as its people meet it: signing in, beginning a motion, joining one."""

import re
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Cookie, Locator, Page, expect

from tests.browser import PATIENCE
from tests.journeys.workbench import Text, Workbench
from tests.servers import Served

BO = "Bo Tallgård"


@dataclass
class District:
    """A served demo. `world` is what it was seeded from (app/demo/motions.json)."""

    served: Served
    world: dict[str, Any]
    _sessions: dict[str, list[Cookie]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.served.url

    @property
    def journey(self) -> dict[str, Any]:
        """The motion that Astrid and Bo come to write, and what happens to it."""
        journey: dict[str, Any] = self.world["journey"]
        return journey

    @property
    def call(self) -> str:
        name: str = self.world["call"]["name"]
        return name

    def person(self, key: str) -> dict[str, Any]:
        return next(each for each in self.world["people"] if each["key"] == key)

    def motion(self, key: str) -> dict[str, Any]:
        return next(each for each in self.world["motions"] if each["key"] == key)

    def sign_in(self, page: Page, key: str) -> None:
        """Signs the person in on this device: by mail the first time, with the same session afterwards."""
        if key not in self._sessions:
            self.sign_in_by_mail(page, key)
            expect(page.get_by_role("heading", name=f"Hej {self.person(key)['name'].split()[0]}")).to_be_visible()
            self._sessions[key] = page.context.cookies()
        page.context.add_cookies([_sent_back(cookie) for cookie in self._sessions[key]])

    def sign_in_by_mail(self, page: Page, key: str) -> None:
        """Asks for a link, finds it in the demo's mail and follows it."""
        person, subject = self.person(key), "Din länk till Motionsverkstad"
        page.goto("/demo/mail")
        # A link that came earlier has been used.
        earlier = _letters(page, person["email"], subject).count()
        page.goto("/")
        page.get_by_role("link", name="Logga in").first.click()
        page.get_by_label("E-postadress").fill(person["email"])
        page.get_by_role("button", name="Skicka länken").click()
        expect(page.get_by_role("heading", name="Titta i din e-post")).to_be_visible()
        page.get_by_role("link", name="Visa demons e-post").click()
        self.newest_mail(page, person["email"], subject, earlier).get_by_role("link").click()
        page.get_by_role("main").get_by_role("button", name="Logga in").click()

    def newest_mail(self, page: Page, email: str, subject: str, after: int = 0) -> Locator:
        """The newest letter with this subject to this address, on the demo's page of mail once more than `after` are
        there."""
        letters = _letters(page, email, subject)
        deadline = time.monotonic() + 2 * PATIENCE / 1000
        while letters.count() <= after and time.monotonic() < deadline:
            page.reload()
        expect(letters.nth(after)).to_be_visible()
        return letters.first

    def begin_motion(self, page: Page, title: str) -> Workbench:
        """Opens the call and begins a motion from its template."""
        page.goto("/calls")
        page.get_by_role("main").get_by_role("link", name=self.call).click()
        page.get_by_label("Vad handlar den om?").fill(title)
        page.get_by_role("button", name="Börja skriva").click()
        expect(page).to_have_url(re.compile(r"/motions/[0-9a-f-]{36}$"))
        workbench = Workbench(page, urlsplit(page.url).path)
        workbench.ready()
        return workbench

    def join(self, page: Page, link: str, name: str = BO) -> Workbench:
        """Follows a share link as a stranger with nothing but a name."""
        page.goto(link)
        page.get_by_label("Ditt namn").fill(name)
        page.get_by_role("button", name="Samtyck och gå med").click()
        expect(page).to_have_url(re.compile(r"/motions/"))
        workbench = Workbench(page, urlsplit(page.url).path)
        workbench.ready()
        return workbench

    def quickly_begin(self, page: Page, title: str, who: str = "astrid") -> Workbench:
        """What `begin_motion` does, with the forms sent directly."""
        self.sign_in(page, who)
        call = _found(r'href="(/calls/[0-9a-f-]{36})"', page.request.get("/calls").text())
        association = _found(r'name="association" value="([0-9a-f-]{36})"', page.request.get(call).text())
        begun = page.request.post(f"{call}/motions", form={"title": title, "association": association})
        workbench = Workbench(page, urlsplit(begun.url).path)
        workbench.open()
        return workbench

    def quickly_join(self, workbench: Workbench, page: Page, name: str = BO) -> Workbench:
        """What `make_link` and `join` do, with the forms sent directly."""
        made = workbench.page.request.post(f"{workbench.path}/share-links", form={"role": "author"})
        link = _found(r'value="(http[^"]+/join/[^"]+)"', made.text())
        page.request.post(link, form={"name": name})
        other = Workbench(page, workbench.path)
        other.open()
        return other

    @cached_property
    def token(self) -> str:
        """Astrid's, for programs."""
        return self.served.run("token", self.person("astrid")["email"]).split()[-1]

    def told(self, path: str) -> dict[str, Any]:
        """The motion with this path as the server tells programs of it; one of Astrid's."""
        headers = {"authorization": f"Bearer {self.token}"}
        told: dict[str, Any] = (
            httpx.get(f"{self.url}/api/v1{path}", headers=headers, timeout=30).raise_for_status().json()
        )
        return told

    def agree(self, *benches: Workbench) -> Text:
        """Returns the text once all pages say that it is saved, show the same, and the server tells the same."""
        first, *others = benches
        for bench in benches:
            bench.saved()
        text = first.read()
        for other in others:
            other.reads(text)
        told = self.told(first.path)
        here = [text.title.strip(), *_lines(text.body), *_lines(text.demands)]
        there = [told["title"], *told["body"].split("\n"), *(each["text"] for each in told["demands"])]
        assert there == here, f"the server tells {there}, the pages show {here}"
        return text


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, f"{pattern} is not in {page[:2000]}"
    return found[1]


def _lines(blocks: list[str]) -> list[str]:
    """What the server keeps of them: not those without words, nor the spaces around."""
    return [block.strip() for block in blocks if block.strip() not in {"", "att"}]


def _sent_back(cookie: Cookie) -> SetCookieParam:
    return {"name": cookie["name"], "value": cookie["value"], "domain": cookie["domain"], "path": cookie["path"]}


def _letters(page: Page, email: str, subject: str) -> Locator:
    """Those on the demo's page of mail, the newest first."""
    return page.get_by_role("listitem").filter(has_text=f"Till {email}").filter(has_text=subject)
