"""Every page of the product in a state that is worth looking at: for what looks at all of them, in whatever width.

The district is furnished by the requests that the pages' forms send.
"""

import html
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi.responses import HTMLResponse
from fastapi.routing import iter_route_contexts
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Page, expect
from starlette.routing import compile_path

from app.kit import clock
from app.main import create_app
from app.settings import load
from tests.browser import PATIENCE
from tests.journeys.district import BO, District

GUEST = "bo"
SECOND_GUEST = "mona"
COMMENTER = "vera"
NOBODY = ""
#: The routes of these are seen as parts of other pages.
PARTS = {"/motions/{motion_id}/suggestions", "/motions/{motion_id}/themes"}

_ID = "[0-9a-f-]{36}"


def _nothing(_page: Page) -> None:
    """The page is looked at as it opens."""


@dataclass(frozen=True, slots=True)
class Room:
    """A page: its name, what it shows, who looks (a key of the demo's people, GUEST or NOBODY), and what one does there
    before looking."""

    name: str
    shows: str
    who: str
    path: str
    act: Callable[[Page], None] = _nothing


@dataclass
class House:
    """The furnished district."""

    district: District
    rooms: list[Room]
    #: The motion that Astrid and Bo write, and the address by which others come in.
    motion: str
    invitation: str
    _clients: dict[str, httpx.Client]

    def cookies(self, who: str) -> list[SetCookieParam]:
        """What makes a browser that person's."""
        held = self._clients[who].cookies.items() if who else []
        return [{"name": name, "value": value, "url": self.district.url} for name, value in held]

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


def page_routes(folder: Path) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The routes that answer with a whole page, each with what its paths look like."""
    app = create_app(load({"VERKSTAD_DATA_DIR": str(folder)}, demo=True))
    for route in iter_route_contexts(app.routes):
        kind = getattr(route, "response_class", None)
        is_page = isinstance(kind, type) and issubclass(kind, HTMLResponse)
        if route.path is not None and "GET" in (route.methods or set()) and is_page and route.path not in PARTS:
            yield route.path, compile_path(route.path)[0]


def open_room(page: Page, room: Room) -> None:
    """Goes there, waits until all of it has come, and does what one does there."""
    page.goto(room.path)
    settle(page)
    room.act(page)


def settle(page: Page) -> None:
    """Returns when the fonts, the live text and what is fetched beside it have come."""
    page.evaluate("document.fonts.ready.then(() => true)")
    if page.locator("#save-state").count():
        expect(page.locator("html[data-ready='1']")).to_be_attached(timeout=2 * PATIENCE)
        expect(page.locator("#save-state")).to_have_text(re.compile("Sparat|Du läser med"))
    expect(page.locator(".skeleton")).to_have_count(0)
    expect(page.get_by_role("link", name="Visa vilka som står bakom")).to_have_count(0)


def furnish(district: District) -> House:
    """Fills the district with what happens in one, and leads through all its rooms."""
    clients = {
        key: _signed_in(district, key) for key in ("astrid", "sigrid", "dagny", "maj-britt", "karin", "elin", "ingrid")
    }
    astrid = clients["astrid"]
    call = _found(rf'href="(/calls/{_ID})"', astrid.get("/calls").text)
    motion = _write(district, astrid, call)
    invitation = _invite(district, astrid, motion)
    clients[GUEST] = _guest(district, invitation, BO)
    clients[SECOND_GUEST] = _guest(district, invitation, "Mona Lindvik")
    clients[COMMENTER] = _guest(district, _invite(district, astrid, motion, "commenter"), "Vera Åhl")
    _talk(clients, motion)
    _gather_backing(district, clients, motion)
    handed_in = _motion(astrid, district.motion("narodlat-i-skolkoken")["title"])
    astrid.post(f"{handed_in}/submission").raise_for_status()
    link = _sign_in_link(district, clients["dagny"], "nils")
    rooms = [
        *_rooms_of_strangers(invitation, link),
        *_rooms_of_motions(district, clients, call, motion, handed_in),
        Room("programmes", "Taking in what has been decided", "dagny", "/programmes"),
        Room("programme", "A programme, passage by passage", "astrid", _programme(clients["dagny"])),
        Room("mail", "The demo's mail", "astrid", "/demo/mail"),
        Room("privacy", "About personal data", NOBODY, "/privacy"),
        Room("not-found", "An address that leads nowhere", NOBODY, "/no-such-page"),
        Room("forbidden", "A page that one has no right to", GUEST, f"{motion}/sharing"),
    ]
    return House(district, rooms, motion, invitation, clients)


def _rooms_of_strangers(invitation: str, link: str) -> list[Room]:
    return [
        Room("start", "What this is, for somebody who comes by", NOBODY, "/"),
        Room("sign-in", "Asking for a sign-in link", NOBODY, "/sign-in"),
        Room("sign-in-refused", "An address that is none", NOBODY, "/sign-in", _send_no_address),
        Room("sign-in-sent", "The link is on its way", NOBODY, "/sign-in", _send_an_address),
        Room("sign-in-link", "The mailed link leads here", NOBODY, link),
        Room("join-code", "Coming in by a code", NOBODY, "/join"),
        Room("join-code-refused", "A code that is none", NOBODY, "/join", _say_a_wrong_code),
        Room("join", "Coming in by a link: a name and consent", NOBODY, invitation),
    ]


def _rooms_of_motions(
    district: District, clients: dict[str, httpx.Client], call: str, motion: str, handed_in: str
) -> list[Room]:
    def open_only(key: str) -> str:
        return _motion(clients["astrid"], _shown(district.motion(key)))

    theirs = _motion(clients["sigrid"], district.motion("kollektivtrafik-i-glesbygden")["title"])
    alike = open_only("fritidsgardar-hela-veckan")
    return [
        Room("to-do", "What waits for whoever has the mandate", "sigrid", "/home"),
        Room("to-do-author", "What waits for an author", "astrid", "/home"),
        Room("calls", "All calls for motions", "astrid", "/calls"),
        Room("call", "A call with its deadline, and what others write", "astrid", call),
        Room("call-owner", "The same for whoever may move the deadline", "dagny", call),
        Room("map", "A call's motions as a map: who writes about the same", "sigrid", f"{call}/map"),
        Room("map-district", "The same for the district, with how many write about what", "dagny", f"{call}/map"),
        Room("import", "Beginning with a text that one has already", "astrid", f"{call}/import"),
        Room("import-refused", "A text that is none", "astrid", f"{call}/import", _import_nothing),
        Room("motions", "All motions that are open to one", "astrid", "/motions"),
        Room("motions-search", "A search with everything to choose from", "sigrid", "/motions?q=buss&sort=date"),
        Room("motions-none", "A search that finds nothing", "astrid", "/motions?q=rymdhiss"),
        Room("write", "Writing together, with who writes the same beside it", "astrid", motion),
        Room("write-guest", "The same for a guest", GUEST, motion),
        Room("write-comment", "Commenting, with one of the comments in sight", "astrid", motion, _comment),
        Room("write-commenter", "The same for somebody who may only comment", COMMENTER, motion, _comment),
        Room("comments", "What has been said about the motion", COMMENTER, f"{motion}/comments"),
        Room("proposals", "What others propose to change", "astrid", f"{motion}/proposals"),
        Room("proposals-new", "Proposing a change", COMMENTER, f"{motion}/proposals?about=new"),
        Room("write-offline", "Without a connection", GUEST, motion, _lose_the_connection),
        Room("read", "A motion of others, to be read", "sigrid", f"{motion}/text"),
        Room("read-handed-in", "A motion that has been handed in", "astrid", handed_in),
        Room("glimpse-demands", "Open with its demands only", "astrid", open_only("buss-efter-arbetstiderna")),
        Room("glimpse-theme", "Open with its theme only", "astrid", open_only("samtal-i-hemtjansten")),
        Room("ask", "Asking to be let in", "ingrid", _hidden(clients["sigrid"], call)),
        Room("similar", "What is like a motion, and why", "astrid", f"{alike}/similar"),
        Room("advice", "What may stand in a demand's way", "astrid", f"{motion}/advice"),
        Room("authors", "Who has written how much", "astrid", f"{motion}/authors"),
        Room("fields", "Copying field by field into a form elsewhere", "astrid", f"{handed_in}/fields"),
        Room("template", "The recipient's own Word document", "dagny", f"{call}/template"),
        Room("profile", "What the recipient wants of the motions", "dagny", f"{call}/profile"),
        Room("versions", "The versions of a motion", "astrid", f"{motion}/versions"),
        Room("version", "One version, to be read", "astrid", f"{motion}/versions/1"),
        Room("version-difference", "What has changed since", "astrid", f"{motion}/versions/difference?from=1"),
        Room("sharing", "Inviting others", "astrid", f"{motion}/sharing"),
        Room("contacts", "Turning to other associations", "astrid", _contacts(clients, motion, theirs)),
        Room("contacts-ask", "Asking to write together", "astrid", f"{motion}/contacts?other={_id_of(theirs)}"),
        Room("contacts-answer", "What waits for an answer", "sigrid", f"{theirs}/contacts"),
        Room("backing", "Who stands behind the motion", "astrid", f"{motion}/co-signatures"),
        Room("backing-reconfirm", "A demand has changed since the decision", "sigrid", f"{motion}/co-signatures"),
        Room("backing-asked", "What one's association is asked", "elin", f"{motion}/co-signatures"),
        Room("backing-refused", "A decision without its date", "elin", f"{motion}/co-signatures", _decide_nothing),
        Room("hand-in", "Before the motion is handed in", "astrid", f"{motion}/submission"),
        Room("receipt", "The receipt", "astrid", f"{handed_in}/submission"),
    ]


def _send_no_address(page: Page) -> None:
    page.get_by_label("E-postadress").fill("astrid")
    page.get_by_role("button", name="Skicka länken").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _send_an_address(page: Page) -> None:
    page.get_by_label("E-postadress").fill("nobody@example.org")
    page.get_by_role("button", name="Skicka länken").click()
    expect(page.get_by_role("heading", name="Titta i din e-post")).to_be_visible()


def _say_a_wrong_code(page: Page) -> None:
    page.get_by_label("Kod").fill("AAAAAA")
    page.get_by_role("button", name="Gå vidare").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _lose_the_connection(page: Page) -> None:
    page.context.set_offline(True)
    expect(page.locator("#save-state")).to_contain_text("Frånkopplad")


def _comment(page: Page) -> None:
    page.locator("[data-show-comment]").first.click()
    page.locator("#comment-composer summary").first.click()
    page.get_by_label("Din kommentar", exact=True).focus()


def _decide_nothing(page: Page) -> None:
    page.get_by_role("button", name="Registrera").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _import_nothing(page: Page) -> None:
    page.get_by_role("button", name="Börja med den här texten").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _signed_in(district: District, key: str) -> httpx.Client:
    client = httpx.Client(base_url=district.url, follow_redirects=True, timeout=60)
    client.post(_sign_in_link(district, client, key)).raise_for_status()
    return client


def _sign_in_link(district: District, client: httpx.Client, key: str) -> str:
    """A fresh link; asks for the demo's mail until it is there."""
    email = district.person(key)["email"]
    pattern = re.compile(rf"Till {re.escape(email)}<.*?(/sign-in/[\w-]+)\"", re.DOTALL)
    # What came earlier may have been used.
    before = set(pattern.findall(client.get("/demo/mail").text))
    client.post("/sign-in", data={"email": email}).raise_for_status()
    deadline = time.monotonic() + 2 * PATIENCE / 1000
    while time.monotonic() < deadline:
        if fresh := [link for link in pattern.findall(client.get("/demo/mail").text) if link not in before]:
            return str(fresh[0])
    raise AssertionError(f"no mail came to {email}")


def _write(district: District, astrid: httpx.Client, call: str) -> str:
    journey = district.journey
    association = _found(rf'name="association" value="({_ID})"', astrid.get(call).text)
    first, second, third = journey["body"].split("\n")
    body = ["## Bakgrund", first, second, "## Vad vi vill", third, journey["second_writer"]["paragraph"]]
    text = "\n\n".join([f"# {journey['title']}", *body, *journey["demands"]])
    document = ("motion.md", text.encode(), "text/markdown")
    begun = astrid.post(f"{call}/import", data={"association": association}, files={"document": document})
    path = begun.raise_for_status().url.path
    assert [each["text"] for each in district.told(path)["demands"]] == journey["demands"]
    astrid.post(f"{path}/visibility", data={"visibility": "text"}).raise_for_status()
    astrid.post(f"{path}/theme", data={"theme": journey["theme"]}).raise_for_status()
    astrid.post(f"{path}/versions", data={"name": "Inför medlemsmötet"}).raise_for_status()
    return path


def _hidden(client: httpx.Client, call: str) -> str:
    """A motion that nobody has been let in to yet."""
    association = _found(rf'name="association" value="({_ID})"', client.get(call).text)
    begun = client.post(f"{call}/motions", data={"title": "Cykelbana till skolan", "association": association})
    return begun.raise_for_status().url.path


def _change(district: District, path: str, **change: Any) -> list[dict[str, str]]:
    headers = {"authorization": f"Bearer {district.token}"}
    answer = httpx.patch(f"{district.url}/api/v1{path}", json=change, headers=headers, timeout=60).raise_for_status()
    demands: list[dict[str, str]] = answer.json()["demands"]
    return demands


def _invite(district: District, astrid: httpx.Client, motion: str, role: str = "author") -> str:
    made = astrid.post(f"{motion}/share-links", data={"role": role}).raise_for_status()
    return _found(rf"value=\"{re.escape(district.url)}(/join/[^\"]+)\"", made.text)


def _guest(district: District, invitation: str, name: str) -> httpx.Client:
    client = httpx.Client(base_url=district.url, follow_redirects=True, timeout=60)
    client.post(invitation, data={"name": name}).raise_for_status()
    return client


def _talk(clients: dict[str, httpx.Client], motion: str) -> None:
    """A demand is commented on and answered for; a comment is resolved, and one removed."""
    page = f"{motion}/comments"
    listed = clients[COMMENTER].get(page).text
    demand = _found(r'<option value="([^"]+)">Att-sats 1', listed)
    for target, text in ((demand, "Kan det bli tydligare vem som ska göra det?"), ("body", "Jag saknar siffror här.")):
        clients[COMMENTER].post(page, data={"text": text, "target": target}).raise_for_status()
    newest = re.findall(rf'id="comment-({_ID})"', clients[COMMENTER].get(page).text)[-1]
    clients["astrid"].post(f"{page}/{newest}/replies", data={"text": "Ja, jag skriver in det."}).raise_for_status()
    proposal = {"kind": "strike", "target": demand, "base": _demand(clients[COMMENTER], motion, demand)}
    wording = f"{proposal['base']} i hela landet"
    reworded = {**proposal, "kind": "reword", "wording": wording, "reason": "Alla behöver det."}
    for each in (proposal, reworded):
        clients[COMMENTER].post(f"{motion}/proposals", data=each).raise_for_status()
    clients[COMMENTER].post(page, data={"text": "Stavfel i rubriken.", "target": "title"}).raise_for_status()
    first = _found(rf'id="comment-({_ID})"', clients[COMMENTER].get(page).text)
    clients["astrid"].post(f"{page}/{first}/resolution", data={"resolved": "true"}).raise_for_status()


def _demand(client: httpx.Client, motion: str, demand: str) -> str:
    form = client.get(f"{motion}/proposals", params={"about": demand}).text
    return html.unescape(_found(r'name="base" value="([^"]+)"', form))


def _gather_backing(district: District, clients: dict[str, httpx.Client], motion: str) -> None:
    """One asked, one that intends, one that declined, and one that has decided and must confirm again."""
    page = f"{motion}/co-signatures"
    form = clients["astrid"].get(page).text
    ids = {name: id_ for id_, name in re.findall(rf'<option value="({_ID})"[^>]*>([^<]+)</option>', form)}
    for key in ("sigrid", "maj-britt", "karin", "elin"):
        association = district.person(key)["association"]
        message = district.journey["co_signature"]["request"] if key in {"sigrid", "elin"} else ""
        asked = {"association": ids[association], "message": message.replace("Sigrid", key.capitalize())}
        clients["astrid"].post(f"{motion}/co-signature-requests", data=asked).raise_for_status()

    demands = district.told(motion)["demands"]
    given = district.journey["co_signature"]
    day = (clock.now().astimezone(clock.STOCKHOLM) - timedelta(days=given["decided_days_ago"])).date()
    decision = {
        "association": ids[given["association"]],
        "state": "decided",
        "decided_by": given["decided_by"],
        "decided_on": day.isoformat(),
        "paragraph": given["paragraph"],
        "covers": "some",
        "demands": [demands[number - 1]["id"] for number in given["demands"]],
        **_seen(clients["sigrid"].get(page).text),
    }
    clients["sigrid"].post(page, data=decision).raise_for_status()
    intention = {"association": ids[district.person("maj-britt")["association"]], "state": "intends", "covers": "all"}
    clients["maj-britt"].post(page, data={**intention, **_seen(clients["maj-britt"].get(page).text)}).raise_for_status()
    declining = _found(rf'action="({page}/{_ID}/withdrawal)"', clients["karin"].get(page).text)
    clients["karin"].post(declining).raise_for_status()

    reworded = district.journey["second_writer"]
    demands[reworded["changes_demand"] - 1]["text"] = reworded["to"]
    _change(district, motion, demands=demands)


def _contacts(clients: dict[str, httpx.Client], motion: str, theirs: str) -> str:
    """The page on which Astrid has asked Kvarnmobygden to write together."""
    page = f"{motion}/contacts"
    question = {"other": _id_of(theirs), "kind": "join_theirs", "message": "Ska vi skriva ihop om kvällsbussarna?"}
    clients["astrid"].post(page, data=question).raise_for_status()
    return page


def _programme(dagny: httpx.Client) -> str:
    """A programme that Dagny has taken in."""
    text = "## Resor\n\nAnropsstyrd trafik ska finnas på sträckor där vanliga bussar inte går att fylla."
    document = ("program.md", text.encode(), "text/markdown")
    form = {"title": "Landsbygdsprogrammet", "decided": "2025-05-31"}
    taken_in = dagny.post("/programmes", data=form, files={"document": document}).raise_for_status()
    return _found(rf'href="(/programmes/{_ID})"', taken_in.text)


def _id_of(path: str) -> str:
    return path.rpartition("/")[2]


def _seen(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(seen-[^"]+)" value="([^"]+)"', page))


def _motion(client: httpx.Client, title: str) -> str:
    """The path of the motion that is called so in the list."""
    listed = client.get("/motions").raise_for_status().text
    return _found(rf'<a href="(/motions/{_ID})">{re.escape(title)}</a>', listed)


def _shown(motion: dict[str, Any]) -> str:
    """What a motion is called where it is not open further than that."""
    return f"En motion på temat {motion['theme']}" if motion["visibility"] == "theme" else motion["title"]


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, f"{pattern} is not in {page[:2000]}"
    return found[1]
