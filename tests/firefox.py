"""A real Firefox for the tests, driven by the protocol that it speaks itself (WebDriver BiDi): Debian's Firefox can't
be driven by Playwright."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.servers import STARTING, end, find_program, spawn, wait_until

#: How long a page may take to become what a test waits for, in seconds.
PATIENCE = 30
#: The private-use characters that stand for keys that write nothing.
ENTER, END, HOME, UP, CONTROL, ALT = "\ue006", "\ue010", "\ue011", "\ue013", "\ue009", "\ue00a"

#: Where to press for an element with these words, if it is there, has come to rest, and nothing lies over it.
_POINT = """((selector, words) => {
    for (const element of document.querySelectorAll(selector)) {
        if (words && element.innerText.trim() !== words) continue
        element.scrollIntoView({ block: "center", behavior: "instant" })
        const box = element.getBoundingClientRect()
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2].map(Math.round)
        if (element.contains(document.elementFromPoint(x, y))) return `${x} ${y}`
    }
    return ""
})"""
_LISTENING = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")
#: Firefox is not to ask anybody for anything.
_PREFERENCES = {
    "app.normandy.enabled": False,
    "browser.download.folderList": 2,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.security.https_only_mode": False,
    "intl.accept_languages": "sv-SE, sv",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "pdfjs.disabled": True,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "data:,",
    "ui.prefersReducedMotion": 1,
}


class Line:
    """What is said to Firefox and what it answers; `errors` are those of all pages, `saved` the files downloaded."""

    def __init__(self, socket: ClientConnection) -> None:
        self.errors: list[str] = []
        self.saved: list[Path] = []
        self._socket = socket
        self._ids = count(1)
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded", "browsingContext.downloadEnd"])

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (said := self._hear()).get("id") != number:
            pass
        assert said["type"] == "success", said
        result: dict[str, Any] = said["result"]
        return result

    def wait(self, has_come: Callable[[], bool]) -> None:
        """Listens until what was waited for has come; something has to be said within the time of one's patience."""
        while not has_come():
            self._hear()

    def _hear(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self._socket.recv(timeout=2 * PATIENCE))
        if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
            self.errors.append(said["params"].get("text") or "")
        if said.get("method") == "browsingContext.downloadEnd":
            assert said["params"]["status"] == "complete", said
            self.saved.append(Path(said["params"]["filepath"]))
        return said


class Firefox:
    """A Firefox without a screen; `errors` is what the pages complained of."""

    def __init__(self, socket: ClientConnection) -> None:
        self._line = Line(socket)
        self.errors = self._line.errors

    def window(self) -> "Window":
        """A window for somebody, as if on a device of their own."""
        user = self._line.send("browser.createUserContext")["userContext"]
        made = self._line.send("browsingContext.create", type="window", userContext=user)
        return Window(self._line, made["context"])


class Window:
    """A window of Firefox. Elements are named by a CSS selector and, where that is not enough, by all their words."""

    def __init__(self, line: Line, context: str) -> None:
        self._line = line
        self._context = context
        self._send("browsingContext.setViewport", viewport={"width": 1280, "height": 800})

    def goto(self, url: str) -> None:
        self._send("browsingContext.activate")
        self._send("browsingContext.navigate", url=url, wait="complete")

    def reload(self) -> None:
        self._send("browsingContext.reload", wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What the expression is in the page; text, numbers and truth only. A promise is waited for."""
        answer = self._line.send(
            "script.evaluate", expression=expression, target={"context": self._context}, awaitPromise=True
        )
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def until(self, expression: str) -> Any:
        """Waits until the expression is true of the page, which is looked at with every frame it draws; returns
        it, when it is a text or a number."""
        look = f"""new Promise((done) => {{
                const end = performance.now() + {PATIENCE * 1000}
                const look = () => {{
                    const found = {expression}
                    if (found) done(typeof found === "object" || found)
                    else if (performance.now() > end) done(false)
                    else requestAnimationFrame(look)
                }}
                look()
            }})"""
        deadline = time.monotonic() + PATIENCE
        came: Any = None
        while came is None:
            try:
                came = self.evaluate(look)
            except AssertionError:
                # The page was left for the next one meanwhile.
                if time.monotonic() > deadline:
                    raise
        assert came, f"this did not come true: {expression}\n{self.evaluate('document.body.innerText')}"
        return came

    def see(self, selector: str, words: str) -> None:
        """Waits until one of the elements shows the words among others."""
        self.until(
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".some((each) => each.innerText.includes({json.dumps(words)}))"
        )

    def click(self, selector: str, words: str = "") -> None:
        """Presses in the middle of the first element that matches, once it can be pressed."""
        x, y = map(int, self.until(f"{_POINT}({json.dumps(selector)}, {json.dumps(words)})").split())
        press = [{"type": "pointerMove", "x": x, "y": y}]
        press += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act("pointer", press)

    def fill(self, selector: str, value: str) -> None:
        """Puts the value into a field of a form, a list to choose from among them, once the field is there."""
        self.until(
            f"""((field) => {{
                if (!field) return false
                field.value = {json.dumps(value)}
                for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, {{ bubbles: true }}))
                return field.value === {json.dumps(value)}
            }})(document.querySelector({json.dumps(selector)}))"""
        )

    def choose(self, selector: str, label: str) -> None:
        """Chooses from a list what is called so."""
        options = f"[...(document.querySelector({json.dumps(selector)})?.options ?? [])]"
        self.fill(selector, self.until(f"{options}.find((each) => each.label === {json.dumps(label)})?.value"))

    def type(self, words: str) -> None:
        self._act("key", [{"type": kind, "value": key} for key in words for kind in ("keyDown", "keyUp")])

    def press(self, *keys: str) -> None:
        """Presses the keys together, as a shortcut."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        self._act("key", [*down, *({"type": "keyUp", "value": key} for key in reversed(keys))])

    def download(self, selector: str, words: str = "") -> Path:
        """Presses what leads to a file; returns it when it has been saved."""
        already = len(self._line.saved)
        self.click(selector, words)
        self._line.wait(lambda: len(self._line.saved) > already)
        return self._line.saved[-1]

    def _act(self, kind: str, actions: list[dict[str, Any]]) -> None:
        source = {"type": kind, "id": kind, "actions": actions}
        self._send("input.performActions", actions=[source])

    def _send(self, method: str, **params: Any) -> None:
        self._line.send(method, context=self._context, **params)


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Debian's Firefox, with a profile of its own in `folder`, where it also puts what is downloaded."""
    program = find_program(["firefox-esr", "firefox"], "firefox-esr")
    profile, log = folder / "profile", folder / "firefox.log"
    profile.mkdir()
    preferences = {**_PREFERENCES, "browser.download.dir": str(folder)}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines), "utf-8")
    command = [str(program), "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    process = spawn([*command, "about:blank"], log)
    try:
        wait_until(lambda: bool(_LISTENING.search(log.read_bytes())), process, "Firefox", log)
        found = _LISTENING.search(log.read_bytes())
        assert found
        with connect(f"{found[1].decode()}/session", open_timeout=STARTING, max_size=None, proxy=None) as socket:
            yield Firefox(socket)
    finally:
        end(process)
