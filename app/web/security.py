"""What stands in front of every route: headers, the check of where a request comes from, the size of a body, the
language. Plain ASGI, so that streams and sockets pass through unbuffered."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.i18n import DEFAULT_LOCALE, LOCALES, using_locale

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
#: A request's body; uploads of documents are the largest thing that is sent.
MAX_BODY = 20 * 1024 * 1024


def comes_from_us(headers: Headers, origin: str) -> bool:
    """Whether a request was made by one of our own pages, or by something that is no browser.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin; a page can forge neither.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    sent = headers.get("origin")
    return sent is None or sent in {origin, f"http://{headers.get('host')}", f"https://{headers.get('host')}"}


class Gatehouse:
    """The middleware. `origin` is where the product's own pages live."""

    def __init__(self, app: ASGIApp, *, origin: str, secure: bool) -> None:
        self.app = app
        self.origin = origin
        self.headers = dict(HEADERS)
        if secure:
            self.headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        chosen = connection.cookies.get("verkstad_language", DEFAULT_LOCALE)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        with using_locale(chosen if chosen in LOCALES else DEFAULT_LOCALE):
            if scope["method"] not in SAFE_METHODS and not comes_from_us(connection.headers, self.origin):
                await _refuse(send_with_headers, 403, b"cross-site request refused")
                return
            declared = connection.headers.get("content-length", "0")
            if not declared.isdigit() or int(declared) > MAX_BODY:
                await _refuse(send_with_headers, 413, b"the request is too large")
                return
            await self.app(scope, _bounded(receive), send_with_headers)


def _bounded(receive: Receive) -> Receive:
    """A body that was sent without its length ends at the limit, as if the sender had hung up."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > MAX_BODY else message

    return bounded


async def _refuse(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
