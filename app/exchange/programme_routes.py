"""The page of programmes: what has been decided, for all members; taking one in, for administrators."""

from datetime import date
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from app.access.actor import Actor
from app.access.gate import allowed, guards, require
from app.access.table import Permission
from app.exchange.programmes import passages_of
from app.exchange.reading.archive import MOST_BYTES
from app.kit.errors import AppError, Invalid, NotFound, TooLarge
from app.kit.i18n import _
from app.library.actions import put_programme, remove_programme
from app.library.models import Passage, Programme
from app.web.deps import Db, Member, Reading, Writing
from app.web.pages import redirect, render

router = APIRouter(include_in_schema=False)

#: One at a time: a PDF may take a minute of the processor.
_READERS = anyio.CapacityLimiter(1)


@guards(Permission.ADMINISTER)
async def _administrator(actor: Member) -> Actor:
    require(actor, Permission.ADMINISTER)
    return actor


Administrator = Annotated[Actor, Depends(_administrator)]


async def _page(
    request: Request, actor: Actor, database: Db, form: dict[str, str] | None = None, error: AppError | None = None
) -> HTMLResponse:
    async with database.reading() as session:
        rows = list(await session.scalars(select(Programme).order_by(Programme.decided_on.desc(), Programme.title)))
    values: dict[str, Any] = {
        "programmes": rows,
        "can_manage": allowed(actor, Permission.ADMINISTER),
        "form": form or {},
        "error": error,
        "errors": error.fields if error is not None else {},
    }
    return render(request, "exchange/programmes.html", values, status=error.status if error is not None else 200)


@router.get("/programmes", response_class=HTMLResponse)
async def index(request: Request, actor: Member, database: Db) -> HTMLResponse:
    return await _page(request, actor, database)


@router.get("/programmes/{programme_id}", response_class=HTMLResponse)
async def show(request: Request, _actor: Member, session: Reading, programme_id: UUID) -> HTMLResponse:
    """The programme's passages in order, each to be linked to."""
    programme = await session.get(Programme, programme_id)
    if programme is None:
        raise NotFound
    rows = await session.scalars(select(Passage).where(Passage.programme_id == programme_id).order_by(Passage.position))
    return render(request, "exchange/programme.html", {"programme": programme, "passages": list(rows)})


@router.post("/programmes", response_model=None)
async def take_in(
    request: Request,
    actor: Administrator,
    database: Db,
    document: Annotated[UploadFile | None, File()] = None,
    title: Annotated[str, Form()] = "",
    decided: Annotated[str, Form()] = "",
) -> Response:
    """Takes a programme in; one of the same title is replaced."""
    try:
        if document is None or not document.filename:
            text = _("Choose the file that the programme is in.")
            raise Invalid(text, fields={"document": text})
        try:
            decided_on = date.fromisoformat(decided.strip())
        except ValueError:
            text = _("Write the date as year-month-day, for example 2026-11-22.")
            raise Invalid(text, fields={"decided": text}) from None
        # One byte more than is taken tells that there is too much, without taking it all.
        data = await document.read(MOST_BYTES + 1)
        passages = await anyio.to_thread.run_sync(passages_of, document.filename, data, limiter=_READERS)
        async with database.writing() as session:
            await put_programme(session, title, decided_on, sha256(data).hexdigest(), passages)
    except (Invalid, TooLarge) as error:
        return await _page(request, actor, database, {"title": title[:300], "decided": decided[:20]}, error)
    return redirect(request, "/programmes", message=_("The programme is taken in."))


@router.post("/programmes/{programme_id}/removal", response_model=None)
async def remove(request: Request, _actor: Administrator, session: Writing, programme_id: UUID) -> Response:
    await remove_programme(session, programme_id)
    return redirect(request, "/programmes", message=_("The programme is taken away."))
