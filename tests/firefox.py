"""A real Firefox for the tests, driven by the protocol that it speaks itself (WebDriver BiDi): Debian's Firefox can't
be driven by Playwright."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.servers import STARTING, end, find_program, spawn, wait_until

#: How long a page may take to become what a test waits for, in seconds.
PATIENCE = 30
#: The private-use characters that stand for keys that write nothing.
ENTER, END, HOME, CONTROL = "\ue006", "\ue010", "\ue011", "\ue009"

_LISTENING = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")
#: Firefox is not to ask anybody for anything.
_PREFERENCES = {
    "app.normandy.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.security.https_only_mode": False,
    "intl.accept_languages": "sv-SE, sv",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "data:,",
    "ui.prefersReducedMotion": 1,
}


class Firefox:
    """One window of Firefox, and what went wrong in it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.errors: list[str] = []
        self._socket = socket
        self._ids = count(1)
        self._send("session.new", capabilities={})
        self._context: str = self._send("browsingContext.getTree")["contexts"][0]["context"]
        self._send("session.subscribe", events=["log.entryAdded"])
        self._send("browsingContext.setViewport", context=self._context, viewport={"width": 1280, "height": 800})

    def goto(self, url: str) -> None:
        self._send("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What the expression is in the page; text, numbers and truth only. A promise is waited for."""
        answer = self._send(
            "script.evaluate", expression=expression, target={"context": self._context}, awaitPromise=True
        )
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def until(self, expression: str) -> None:
        """Returns when the expression is true of the page; the page is looked at with every frame it draws."""
        look = f"""new Promise((done) => {{
                const end = performance.now() + {PATIENCE * 1000}
                const look = () => {{
                    if ({expression}) done(true)
                    else if (performance.now() > end) done(false)
                    else requestAnimationFrame(look)
                }}
                look()
            }})"""
        deadline = time.monotonic() + PATIENCE
        came: bool | None = None
        while came is None:
            try:
                came = self.evaluate(look)
            except AssertionError:
                # The page was left for the next one meanwhile.
                if time.monotonic() > deadline:
                    raise
        assert came, f"this did not come true: {expression}\n{self.evaluate('document.body.innerText')}"

    def click(self, selector: str) -> None:
        """Presses in the middle of the first element that matches."""
        place = self.evaluate(
            f"""(() => {{
                const element = document.querySelector({json.dumps(selector)})
                element.scrollIntoView({{ block: "center", behavior: "instant" }})
                const box = element.getBoundingClientRect()
                return [box.x + box.width / 2, box.y + box.height / 2].map(Math.round).join(" ")
            }})()"""
        )
        x, y = map(int, place.split())
        press = [{"type": "pointerMove", "x": x, "y": y}]
        press += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act("pointer", press)

    def type(self, words: str) -> None:
        self._act("key", [{"type": kind, "value": key} for key in words for kind in ("keyDown", "keyUp")])

    def press(self, *keys: str) -> None:
        """Presses the keys together, as a shortcut."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        self._act("key", [*down, *({"type": "keyUp", "value": key} for key in reversed(keys))])

    def _act(self, kind: str, actions: list[dict[str, Any]]) -> None:
        source = {"type": kind, "id": kind, "actions": actions}
        self._send("input.performActions", context=self._context, actions=[source])

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv(timeout=2 * PATIENCE))
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.errors.append(said["params"].get("text") or "")
            if said.get("id") == number:
                assert said["type"] == "success", said
                result: dict[str, Any] = said["result"]
                return result


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Debian's Firefox without a screen, with a profile of its own in `folder`."""
    program = find_program(["firefox-esr", "firefox"], "firefox-esr")
    profile, log = folder / "profile", folder / "firefox.log"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _PREFERENCES.items()]
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
