"""How the editor bears the longest of motions: in a real Chromium, on a slow processor, with twenty others there."""

import json
import re
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from bench.live import generator
from bench.live.servers import ROOT, VERKSTAD, Verkstad
from tests.browser import FLAGS, PATIENCE
from tests.servers import find_program

BUILD = ROOT / "app" / "web" / "static" / "build"
#: What Chromium's own tools call Fast 3G: bytes a second, and milliseconds for each request.
FAST_3G = {"downloadThroughput": 188_743.68, "uploadThroughput": 86_400, "latency": 562.5, "offline": False}
SLOW = 4
#: Milliseconds without a long task that tell that a page is ready.
QUIET = 5_000
LOADS = 5
#: Comments and proposals by one person.
TALK = 80


@dataclass(frozen=True, slots=True)
class Load:
    """How large the motion is, who is there, and how much is typed (keystrokes, and a second by the second typist)."""

    characters: int = 100_000
    demands: int = 50
    comments: int = 200
    proposals: int = 20
    carets: int = 20
    keys: int = 200
    rate: float = 5


ORDINARY = Load(characters=3_000, demands=3, comments=0, proposals=0, carets=0)


@dataclass(frozen=True, slots=True)
class Row:
    """A figure beside its budget; without one it is told for comparison."""

    what: str
    value: float
    unit: str
    budget: float | None = None

    def __str__(self) -> str:
        digits = 3 if not self.unit else 1 if self.unit == "kB" else 0
        allowed = "" if self.budget is None else f"≤ {self.budget:g} {self.unit}".rstrip()
        verdict = "" if self.budget is None else "yes" if self.value <= self.budget else "**no**"
        return f"| {self.what} | {self.value:.{digits}f} {self.unit} | {allowed} | {verdict} |\n"


class Demo(Verkstad):
    """The demo, where one signs in by the link that it prints."""

    _session: dict[str, str] | None = None

    def command(self) -> Sequence[str | Path]:
        return [VERKSTAD, "demo", "--host", "127.0.0.1", "--port", str(self.port)]

    def start(self) -> None:
        self.launch()
        self.token = self.run("token", self.person).splitlines()[-1]

    @property
    def person(self) -> str:
        """The address of somebody who may begin a motion."""
        world = json.loads((ROOT / "app" / "demo" / "motions.json").read_text("utf-8"))
        return next(str(each["email"]) for each in world["people"] if each["key"] == "astrid")

    def cookies(self) -> list[SetCookieParam]:
        """Astrid's; her link lets in once."""
        if not self._session:
            link = re.search(rf"{re.escape(self.url)}/sign-in/\S+", self.log.read_text())
            assert link is not None
            with httpx.Client(timeout=30) as client:
                client.post(link[0], headers={"origin": self.url})
                self._session = dict(client.cookies)
            assert self._session
        return [SetCookieParam(name=name, value=value, url=self.url) for name, value in self._session.items()]

    def motion(self, load: "Load") -> tuple[str, str]:
        """Makes one of that size, with what is said about it; returns its path and its document."""
        made = self._begin(load.characters, load.demands)
        path, document = f"/motions/{made['id']}", made["document_id"]
        places = generator.run("places", self, [document], count=load.comments)["places"] if load.comments else []
        said = [{"text": "Varför inte oftare?", "target": "body", **place} for place in places]
        proposed = [_proposal(made, number) for number in range(load.proposals)]
        talk = [*((f"{path}/comments", each) for each in said), *((f"{path}/proposals", each) for each in proposed)]
        link = self._link(path)
        for begin in range(0, len(talk), TALK):
            with self._guest(link) as guest:
                for address, words in talk[begin : begin + TALK]:
                    guest.post(address, data=words).raise_for_status()
        return path, document

    def sessions(self, path: str, count: int) -> list[dict[str, str]]:
        """What the browsers of so many people who write in the motion say of themselves."""
        link = self._link(path)
        found = []
        for number in range(1, count + 1):
            with self._guest(link, f"Deltagare {number}") as guest:
                cookie = "; ".join(f"{name}={value}" for name, value in guest.cookies.items())
            found.append({"cookie": cookie, "origin": self.url})
        return found

    def _link(self, path: str) -> str:
        """What lets others in to write."""
        session = {each["name"]: each["value"] for each in self.cookies()}
        with httpx.Client(base_url=self.url, cookies=session, follow_redirects=True, timeout=30) as host:
            made = host.post(f"{path}/share-links", data={"role": "author"}).raise_for_status().text
        link = re.search(r'value="(http[^"]+/join/[^"]+)"', made)
        assert link is not None
        return link[1]

    @contextmanager
    def _guest(self, link: str, name: str = "Bo") -> Iterator[httpx.Client]:
        """Somebody who has joined by the link; each stays within what one person may say in a while."""
        with httpx.Client(base_url=self.url, follow_redirects=True, timeout=30) as guest:
            guest.post(link, data={"name": name}).raise_for_status()
            yield guest

    def _begin(self, characters: int, demands: int) -> dict[str, Any]:
        sentence = "Vi som bor i byarna väntar länge på bussen och vill att kongressen tar ställning för landsbygden. "
        paragraph = (sentence * 7).strip()
        count = max(1, round(characters / len(paragraph)))
        body = "\n".join(f"{paragraph[:-6]} {number:05}" for number in range(count))
        wanted = [f"bussen går till tio varje kväll på linje {number}" for number in range(1, demands + 1)]
        asked = {"title": "Kvällsbuss till byarna", "body": body, "demands": wanted}
        headers = {"authorization": f"Bearer {self.token}"}
        made = httpx.post(f"{self.url}/api/v1/motions", headers=headers, json=asked, timeout=60).raise_for_status()
        begun: dict[str, Any] = made.json()
        return begun


def _proposal(motion: dict[str, Any], number: int) -> dict[str, str]:
    """Another wording, in turn of a demand and of a paragraph of the body."""
    step, of_body = divmod(number, 2)
    paragraphs = motion["body"].split("\n")
    place = step % len(paragraphs)
    demand = motion["demands"][step % len(motion["demands"])]
    target, base = ("body", paragraphs[place]) if of_body else (demand["id"], demand["text"])
    wording = f"{base} Och på helgerna." if of_body else f"{base}, också på helgerna"
    return {"kind": "reword", "target": target, "place": str(place), "base": base, "wording": wording}


def measure(quick: bool = False) -> str:
    """A table of the budgets, each with what was measured."""
    load = Load(characters=10_000, demands=5, comments=5, proposals=4, carets=4, keys=20) if quick else Load()
    with tempfile.TemporaryDirectory(prefix="verkstad-bench-") as folder, sync_playwright() as playwright:
        demo = Demo(Path(folder))
        demo.start()
        program = find_program(["chromium"], "chromium")
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            rows = [*_sizes(), *_loading(browser, demo, load, 1 if quick else LOADS), *_writing(browser, demo, load)]
            version = browser.version
        finally:
            browser.close()
            demo.kill()
    head = (
        f"A motion of {load.characters} characters and {load.demands} demands, with {load.comments} comments and "
        f"{load.proposals} proposals for change; {load.carets} others have their caret in its text. Chromium {version} "
        f"without a screen, its processor slowed down {SLOW} times. Loading is over what its tools call Fast 3G, until "
        f"comments, proposals and carets are there as well: the median of {1 if quick else LOADS}. An ordinary motion "
        f"has {ORDINARY.characters} characters and {ORDINARY.demands} demands, and nobody else is there. Key to paint "
        f"is from the key to the frame after it, over {load.keys} keystrokes in the first paragraph, where the second "
        f"typist writes too."
    )
    table = "| what | measured | budget | kept |\n|---|---|---|---|\n" + "".join(map(str, rows))
    return f"# The editor's budgets\n\n{head}\n\n{table}"


def _sizes() -> Iterator[Row]:
    """As they travel."""
    manifest = json.loads((BUILD / "manifest.json").read_text())

    def size(*names: str) -> float:
        travels = [manifest[name] + ("" if name.endswith("woff2") else ".br") for name in names]
        return sum(int((BUILD / name).stat().st_size) for name in travels) / 1000

    yield Row("the editor's script", size("editor.js"), "kB", 110)
    yield Row("all script", size("editor.js", "app.js", "line.js"), "kB", 125)
    yield Row("all styles", size("app.css"), "kB", 12)
    yield Row("fonts", size(*(name for name in manifest if name.endswith(".woff2"))), "kB", 55)


#: Keeps what the browser tells of loading, and measures each key until the frame after it has been painted.
_WATCH = """(() => {
  const seen = (window.measured = { shift: 0, paints: [], ready: 0, tasks: [], keys: [] })
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true })
  watch("largest-contentful-paint", (entry) => seen.paints.push(entry.startTime))
  watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value })
  watch("longtask", (entry) => seen.tasks.push([entry.startTime, entry.startTime + entry.duration]))
  const note = () => { if (document.documentElement?.dataset.ready) seen.ready ||= performance.now() }
  new MutationObserver(note).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-ready"] })
  window.painted = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => then(performance.now())
    channel.port2.postMessage(null)
  })
  addEventListener("keydown", ({ timeStamp }) => window.painted((now) => seen.keys.push(now - timeStamp)), true)
})()"""


def _loading(browser: Browser, demo: Demo, load: Load, times: int) -> Iterator[Row]:
    for name, size in (("", load), (" (an ordinary motion)", ORDINARY)):
        path, document = demo.motion(size)
        with ExitStack() as there:
            if size.carets:
                company = generator.running(
                    "company", demo, [document], sessions=demo.sessions(path, size.carets), rate=0
                )
                said = there.enter_context(company)
                assert not next(said)["problems"]
            found = [_load(browser, demo, path, size) for _ in range(times)]
        middle = {key: statistics.median(each[key] for each in found) for key in found[0]}
        yield Row(f"largest contentful paint of the text as the server wrote it{name}", middle["text"], "ms", 2_000)
        yield Row(f"the same, with what the editor draws in its place{name}", middle["paint"], "ms")
        yield Row(f"time to interactive{name}", middle["interactive"], "ms", 3_500)
        yield Row(f"cumulative layout shift while loading{name}", middle["shift"], "", 0.05)


def _load(browser: Browser, demo: Demo, path: str, load: Load) -> dict[str, float]:
    """One visit with an empty cache, at the end of which all is there that was to be loaded."""
    with _visit(browser, demo) as (page, line):
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", FAST_3G)
        line.send("Network.setCacheDisabled", {"cacheDisabled": False})
        line.send("Network.clearBrowserCache")
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
        page.goto(path)
        expect(page.locator("html[data-ready='1']")).to_be_attached(timeout=4 * PATIENCE)
        page.wait_for_timeout(QUIET)
        seen: dict[str, Any] = page.evaluate("window.measured")
        expect(page.locator("#comments .comment")).to_have_count(load.comments)
        expect(page.locator("#proposals .comment[data-proposal]")).to_have_count(load.proposals)
        expect(page.locator("#body .caret")).to_have_count(load.carets)
        marks = page.locator("#body .commented").evaluate_all("all => new Set(all.map((e) => e.dataset.mark)).size")
        assert marks == load.comments, f"{marks} of {load.comments} comments are marked in the text"
    return {
        "text": max(at for at in seen["paints"] if at < seen["ready"]),
        "paint": max(seen["paints"]),
        "shift": seen["shift"],
        "interactive": max(seen["ready"], quiet_from(seen)),
    }


def quiet_from(seen: dict[str, Any]) -> float:
    """The end of the last long task that follows on another within the quiet time; milliseconds."""
    quiet = 0.0
    for begin, end in sorted(seen["tasks"]):
        if quiet and begin - max(quiet, seen["ready"]) > QUIET:
            break
        quiet = end
    return quiet


def _writing(browser: Browser, demo: Demo, load: Load) -> Iterator[Row]:
    path, document = demo.motion(load)
    sessions = demo.sessions(path, load.carets)
    with _visit(browser, demo) as (page, line):
        page.goto(path)
        expect(page.locator("html[data-ready='1']")).to_be_attached(timeout=2 * PATIENCE)
        for name, rate, budget in (("alone", 0.0, 100.0), ("beside a second typist", load.rate, 200.0)):
            with generator.running("company", demo, [document], sessions=sessions, rate=rate) as said:
                assert not next(said)["problems"]
                expect(page.locator("#body .caret")).to_have_count(load.carets)
                line.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
                keys = _type(page, load.keys)
                line.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            expect(page.locator("#body .caret")).to_have_count(0, timeout=4 * PATIENCE)
            yield Row(f"key to paint {name}, p95", statistics.quantiles(keys, n=20)[-1], "ms", budget)
            yield Row(f"key to paint {name}, median", statistics.median(keys), "ms")
        yield Row(
            "cumulative layout shift while others come, write and go", page.evaluate("window.measured.shift"), "", 0.05
        )
        pasted = f"pasting {load.characters / 1000:g} kB"
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
        yield Row(pasted, _paste(page, load.characters), "ms", 1_000)
        line.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        yield Row(f"{pasted}, processor as it is", _paste(page, load.characters), "ms")


def _type(page: Page, count: int) -> list[float]:
    """Milliseconds for each key, typed as fast as a quick writer does."""
    page.evaluate("window.measured.keys = []")
    page.locator("#body p").first.click()
    page.keyboard.press("End")
    # Where all is slow, that key too is painted only later.
    page.evaluate("new Promise(window.painted)")
    page.evaluate("window.measured.keys = []")
    page.keyboard.type(("bussen till byn " * count)[:count], delay=120)
    page.evaluate("new Promise(window.painted)")
    keys: list[float] = page.evaluate("window.measured.keys")
    assert len(keys) == count, f"{len(keys)} of {count} keys were painted"
    return keys


def _paste(page: Page, characters: int) -> float:
    """Milliseconds until so many characters, as another editor gives them, are on the screen."""
    page.locator("#body p").last.click()
    page.keyboard.press("End")
    taken: float = page.evaluate(
        """characters => new Promise((resolve) => {
          const sentence = "Förslaget kostar lite och betyder mycket för dem som bor långt från närmaste station. "
          const paragraph = `<p>${sentence.repeat(7)}</p>`
          const data = new DataTransfer()
          data.setData("text/html", paragraph.repeat(Math.round(characters / (sentence.length * 7))))
          const begun = performance.now()
          const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
          document.activeElement.dispatchEvent(paste)
          window.painted((now) => resolve(now - begun))
        })""",
        characters,
    )
    expect(page.locator("#body p").last).to_contain_text("Förslaget kostar lite")
    expect(page.locator("#save-state")).to_have_text("Sparat", timeout=4 * PATIENCE)
    return taken


@contextmanager
def _visit(browser: Browser, demo: Demo) -> Iterator[tuple[Page, CDPSession]]:
    """A page in a context of its own, signed in and watched."""
    context = browser.new_context(
        base_url=demo.url, viewport={"width": 1280, "height": 800}, locale="sv-SE", reduced_motion="reduce"
    )
    context.set_default_timeout(2 * PATIENCE)
    context.add_cookies(demo.cookies())
    page = context.new_page()
    page.add_init_script(_WATCH)
    yield page, context.new_cdp_session(page)
    context.close()
