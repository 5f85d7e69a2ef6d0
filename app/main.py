"""The application: the only place where adapters are chosen and routers mounted."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from app.advice import profile_routes
from app.advice import routes as advice
from app.api import routes as api
from app.api.description import describe
from app.associations.identify import identify
from app.browsing import routes as browsing
from app.browsing.atlas import Atlas
from app.calls import routes as calls
from app.collab import route as collab_route
from app.collab import wiring as collab
from app.collab.door import LINE
from app.cosigning import api as cosigning_api
from app.cosigning import contact_routes
from app.cosigning import routes as cosigning
from app.exchange import booklet_routes, import_routes, paper_routes, programme_routes
from app.exchange import routes as exchange
from app.exchange.recipient import routes as recipient_templates
from app.feedback import comment_api, comment_routes, proposal_api, proposal_routes
from app.feedback import wiring as feedback
from app.history import routes as history
from app.history.keeper import Keeper
from app.home import routes as home
from app.kit.db import Database
from app.kit.outbox import Worker
from app.live import routes as live
from app.live.board import Board
from app.mail import routes as mail
from app.mail.mailer import MemoryMailer, SmtpMailer, deliver
from app.matching import wiring as matching
from app.motions import admission, author_routes, share_routes
from app.motions import routes as motions
from app.motions.projection import Projector
from app.people import routes as people
from app.settings import Settings
from app.submissions import routes as submissions
from app.web import assets, errors, health
from app.web.deps import KNOWN_ACTOR
from app.web.security import Gatehouse
from app.web.siblings import Siblings

#: After how long the event loop lets a thread in that waits for it: whoever commits does so in several short steps, and
#: with Python's 5 ms between them a busy loop makes every commit wait.
SWITCH_SECONDS: Final = 0.001

ROUTERS = (
    home.router,
    people.router,
    mail.router,
    calls.router,
    browsing.router,
    motions.router,
    share_routes.router,
    author_routes.router,
    history.router,
    advice.router,
    profile_routes.router,
    matching.router,
    cosigning.router,
    cosigning_api.router,
    contact_routes.router,
    comment_routes.router,
    comment_api.router,
    proposal_routes.router,
    proposal_api.router,
    submissions.router,
    exchange.router,
    import_routes.router,
    booklet_routes.router,
    paper_routes.router,
    recipient_templates.router,
    programme_routes.router,
    live.router,
    api.router,
)


def create_app(settings: Settings, *, workers: Path | None = None) -> FastAPI:
    """The application for these settings. Nothing is opened before it starts serving.

    `workers` is the folder in which several processes of one server find each other.
    """
    app = FastAPI(
        title="Motionsverkstad",
        version="1",
        lifespan=_lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.identify = identify
    app.state.database = Database(settings.database_url)
    app.state.mailer = (
        SmtpMailer(settings.smtp_url, settings.mail_from) if settings.smtp_url and not settings.demo else MemoryMailer()
    )
    app.state.hub = app.state.desk = collab.create_hub(app.state.database, settings)
    app.state.projector = Projector(app.state.database, app.state.desk)
    app.state.keeper = Keeper(app.state.database, app.state.desk)
    app.state.matching = matching.create_index(app.state.database, settings.embeddings)
    app.state.atlas = Atlas(app.state.database, app.state.matching)
    app.state.board = app.state.hub.pages = Board(app.state.database, app.state.hub.tell_pages)
    app.state.shelf = matching.create_shelf(app.state.database)
    feedback.listen(app.state.database)
    app.state.readiness = {"matching": app.state.matching.missing}
    app.state.siblings = Siblings(workers)
    app.state.impairments = {"nodes": app.state.hub.impaired}
    app.state.worker = Worker(app.state.database, {"mail": deliver(app.state.mailer)})
    app.include_router(health.router)
    for router in ROUTERS:
        app.include_router(router, dependencies=[KNOWN_ACTOR])
    # First: a whole meeting may come in within a second, and each other route that is tried takes its time.
    app.router.routes[:0] = collab_route.routes(app.state.hub, origin=settings.origin)
    app.router.routes.append(Route("/static/{path:path}", assets.serve))
    # The framework's hook for another document: a method that is replaced on the instance.
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    errors.install(app)
    # Pages over a slow line. What pages hold of secrets is never beside what another site could make them repeat.
    app.add_middleware(GZipMiddleware, minimum_size=1_400, compresslevel=5)
    app.add_middleware(Gatehouse, origin=settings.origin, secure=settings.secure)
    return app


async def _rehearse(database: Database) -> None:
    """A meeting whose server was restarted comes back at once: what it asks about is prepared by then."""
    # A database that can't be reached keeps nobody from starting; /readyz says so.
    with suppress(OSError, DBAPIError):
        await database.read(admission.rehearse)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Starts what works in the background; at the end closes rooms first, so that all they hold is written.

    Yields what the protocol classes are to find in their state.
    """
    state = app.state
    sys.setswitchinterval(SWITCH_SECONDS)
    await state.hub.start()
    await state.siblings.start()
    tasks = [asyncio.create_task(part.run()) for part in (state.projector, state.matching, state.keeper, state.worker)]
    tasks.append(asyncio.create_task(_rehearse(state.database)))
    try:
        yield {LINE: state.hub.line}
    finally:
        state.board.close()
        await state.siblings.close()
        await state.hub.close()
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await state.database.close()
