"""The HTTP protocol class that uvicorn is given: who wants a websocket waits in the line before much is done for it.

To take a connection and its request in costs a tenth of what follows: the handshake, the application, the look at
rights, the text. A newcomer who waits is a socket and a parsed request; one who is turned away gets bytes that lie
ready. Where no line is given to the application's state, nobody waits.
"""

from typing import Final

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from websockets.frames import Close, Frame, Opcode
from websockets.utils import accept_key

from app.collab import metrics
from app.collab.connection import TOO_MANY
from app.collab.line import Line
from app.kit.errors import TooMany
from app.web.http import HttpProtocol

#: Where the line lies in what the application's lifespan yields.
LINE: Final = "collab.line"

#: Browsers are not told why a handshake fails, but they are told a close code: so it succeeds, and ends at once.
_SORRY: Final = Frame(Opcode.CLOSE, Close(TOO_MANY, TooMany.slug).serialize()).serialize(mask=False)
_HANDSHAKE: Final = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n"
)
#: To whom not even a handshake can be given.
_UNAVAILABLE: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)


class DoorProtocol(HttpProtocol):
    """One HTTP connection, and the newcomer in the line that it may become."""

    _waits = False

    def handle_websocket_upgrade(self) -> None:
        line: Line | None = self.app_state.get(LINE)
        if line is None:
            super().handle_websocket_upgrade()
            return
        self._in_time()
        self._waits = True
        line.come(self._address(), self)

    def data_received(self, data: bytes) -> None:
        if self._waits:
            # Who talks on before the handshake is answered speaks something else (RFC 6455, 4.1).
            self.transport.close()
        else:
            super().data_received(data)

    @property
    def has_gone(self) -> bool:
        return self.transport.is_closing()

    def let_on(self) -> None:
        self._waits = False
        if not self.has_gone:
            super().handle_websocket_upgrade()

    def turn_away(self) -> None:
        metrics.REFUSALS.labels(TooMany.slug).inc()
        key = next((value for name, value in self.headers if name == b"sec-websocket-key"), b"")
        if key:
            accepted = accept_key(key.decode("latin-1"))
            self.transport.write(_HANDSHAKE.format(accepted).encode("ascii") + _SORRY)
        else:
            self.transport.write(_UNAVAILABLE)
        self.transport.close()

    def _address(self) -> str:
        """Where the newcomer comes from, as the application is going to be told it."""
        address = self.client[0] if self.client else ""
        app = self.config.loaded_app
        if isinstance(app, ProxyHeadersMiddleware) and address in app.trusted_hosts:
            forwarded = [value.decode("latin-1") for name, value in self.headers if name == b"x-forwarded-for"]
            if forwarded:
                address = app.trusted_hosts.get_trusted_client_address(", ".join(forwarded))[0] or address
        return address
