"""Beginning a motion with a text that was written elsewhere: an uploaded document, or what is pasted."""

from typing import Annotated, Any

import anyio
from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from app.access.actor import Actor
from app.associations import queries as associations
from app.calls.gate import CallToRead
from app.calls.models import Call
from app.exchange.importing import draft_from_file, draft_from_text
from app.exchange.reading.archive import MOST_BYTES
from app.exchange.reading.interpret import Draft
from app.kit.db import Database
from app.kit.errors import AppError, Invalid, TooLarge
from app.kit.i18n import _
from app.motions.actions import NewMotion, start_motion
from app.motions.gate import Starter
from app.web.deps import Db, Member
from app.web.pages import redirect, render

router = APIRouter(include_in_schema=False)

#: A document takes up to a second of the processor: two at a time leave the live text its share.
_READERS = anyio.CapacityLimiter(2)


async def _form(
    request: Request, database: Database, call: Call, actor: Actor, text: str = "", error: AppError | None = None
) -> HTMLResponse:
    async with database.reading() as session:
        own = await associations.by_ids(session, set(actor.memberships))
    values: dict[str, Any] = {
        "call": call,
        "associations": sorted(own.values(), key=lambda association: association.name),
        "text": text,
        "error": error,
    }
    return render(request, "exchange/import.html", values, status=error.status if error is not None else 200)


@router.get("/calls/{call_id}/import", response_class=HTMLResponse)
async def form(request: Request, call: CallToRead, actor: Member, database: Db) -> HTMLResponse:
    return await _form(request, database, call, actor)


async def _draft(document: UploadFile | None, text: str) -> Draft:
    if document is not None and document.filename:
        # One byte more than is taken tells that there is too much, without taking it all.
        data = await document.read(MOST_BYTES + 1)
        return await anyio.to_thread.run_sync(draft_from_file, document.filename, data, limiter=_READERS)
    if not text.strip():
        raise Invalid(_("Choose a file or paste a text; there was neither."))
    return await anyio.to_thread.run_sync(draft_from_text, text, limiter=_READERS)


@router.post("/calls/{call_id}/import", response_model=None)
async def begin(
    request: Request,
    call: CallToRead,
    starter: Starter,
    database: Db,
    document: Annotated[UploadFile | None, File()] = None,
    text: Annotated[str, Form()] = "",
) -> Response:
    """Starts a motion with the text, and says what of the document is not in it."""
    try:
        draft = await _draft(document, text)
        async with database.writing() as session:
            motion = await start_motion(
                session,
                NewMotion(
                    title=draft.title,
                    body=draft.body,
                    demands=draft.demands or ["att "],
                    association_id=starter.association_id,
                    call_id=call.id,
                    owner_id=starter.actor.person_id,
                ),
            )
    except (Invalid, TooLarge) as error:
        return await _form(request, database, call, starter.actor, text, error)
    if not draft.dropped:
        return redirect(request, f"/motions/{motion.id}")
    return render(request, "exchange/imported.html", {"motion_id": motion.id, "draft": draft}, status=201)
