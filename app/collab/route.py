"""The WebSocket endpoint: GET /collab/{document_id}, for any client that speaks y-websocket.

`?token=` is an API token or a ticket; without it the session cookie counts, and then the page must be one of ours.
`?ack=1` asks for acknowledgements, `?schema=` says which shape of the text the client knows; one that says nothing
takes care of that itself. Who may not come in is told why by a close code (`app.kit.errors`).
"""

import logging
from contextlib import suppress
from uuid import UUID

from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.collab import metrics
from app.collab.admission import Applicant
from app.collab.connection import AsgiConnection, Connection
from app.collab.errors import BehindClient, GoneAway, OutdatedClient
from app.collab.hub import Hub
from app.collab.transport import EXTENSION
from app.documents.engine import SCHEMA
from app.kit.errors import AppError, Forbidden, Invalid, NotFound
from app.web.security import comes_from_us

log = logging.getLogger("verkstad.collab")

PATH = "/collab/{document_id}"
_SCHEMA_DIGITS = 4


class LiveTextEndpoint:
    """A plain ASGI application for connections to live text. `origin` is where our own pages are."""

    def __init__(self, hub: Hub, *, origin: str) -> None:
        self._hub = hub
        self._origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        connection: Connection = scope.get("extensions", {}).get(EXTENSION) or AsgiConnection(websocket)

        async def opening() -> Connection:
            await websocket.accept()
            return connection

        try:
            await self._hub.attend(
                _applicant(websocket, self._origin, _schema(websocket)),
                _document_id(websocket),
                opening,
                wants_acks=websocket.query_params.get("ack") == "1",
                has_gone=lambda: connection.has_gone,
            )
        except AppError as error:
            with suppress(WebSocketDisconnect):
                await _turn_away(websocket, error)
        except (GoneAway, WebSocketDisconnect):
            # Gone before the door was opened.
            return
        else:
            if isinstance(connection, AsgiConnection):
                # A direct connection lives on by itself.
                await connection.run()


def _applicant(websocket: WebSocket, origin: str, schema: int | None) -> Applicant:
    """Raises Forbidden when another site's page uses the visitor's cookie."""
    address = websocket.client.host if websocket.client else ""
    token = websocket.query_params.get("token")
    if token is not None:
        return Applicant(token, address=address, schema=schema)
    if websocket.cookies and not comes_from_us(websocket.headers, origin):
        raise Forbidden
    return Applicant(None, websocket.cookies, address, schema)


def _schema(websocket: WebSocket) -> int | None:
    """The newest shape of a text that the page knows, None when it does not say.

    Raises OutdatedClient for a page from before the text's present shape: what it writes could damage the text.

    A page that is newer than this process has got to one that is just being replaced: it raises BehindClient, which
    has the page come back until it meets a server of its own age.
    """
    said = websocket.query_params.get("schema")
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) <= _SCHEMA_DIGITS):
        raise Invalid
    schema = int(said)
    if schema < SCHEMA:
        raise OutdatedClient
    if schema > SCHEMA:
        raise BehindClient
    return schema


def routes(hub: Hub, *, origin: str) -> list[WebSocketRoute]:
    return [WebSocketRoute(PATH, LiveTextEndpoint(hub, origin=origin), name="collab")]


def _document_id(websocket: WebSocket) -> UUID:
    try:
        return UUID(websocket.path_params["document_id"])
    except ValueError:
        raise NotFound from None


async def _turn_away(websocket: WebSocket, error: AppError) -> None:
    """Browsers are not told why a handshake fails, but they are told a close code."""
    metrics.REFUSALS.labels(error.slug).inc()
    await websocket.accept()
    await websocket.close(error.close_code, error.slug)
