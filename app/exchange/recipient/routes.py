"""The page on which the recipient's template is uploaded, tried and taken out of use."""

import logging
from typing import Annotated
from uuid import UUID

import anyio
from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.calls import actions, queries
from app.calls.gate import CallToManage
from app.calls.models import Call
from app.exchange.formats import FORMATS
from app.exchange.names import content_disposition, file_name
from app.exchange.recipient.example import SAMPLE, example
from app.exchange.recipient.filling import check, fill
from app.exchange.recipient.package import MOST_BYTES, looked_over
from app.kit.db import Database
from app.kit.errors import AppError, Invalid, NotFound, TooLarge
from app.kit.i18n import _
from app.web.deps import Db, Member, Reading, Writing
from app.web.pages import redirect, render

router = APIRouter(include_in_schema=False)
log = logging.getLogger("verkstad.exchange")

#: A template takes up to a second of the processor: one at a time leaves the live text its share.
_LOOKERS = anyio.CapacityLimiter(1)


def accepted(name: str, data: bytes) -> bytes:
    """The template as it is kept: looked over, its placeholders checked, and tried with a sample motion.

    Raises Invalid or TooLarge, with what to do. Call it in a thread.
    """
    template = looked_over(name, data)
    try:
        check(template)
        fill(template, SAMPLE)
    except AppError:
        raise
    # Whatever the library stumbles over in a stranger's document, its owner is to be told, and nothing kept.
    except Exception as problem:
        log.warning("template not fillable", extra={"problem": type(problem).__name__})
        raise Invalid(
            _(
                "The template could not be filled in with a motion: something in it is damaged. "
                "Open it in your word processor, save it as a new .docx, and try again."
            )
        ) from problem
    return template


async def _page(request: Request, database: Database, call: Call, error: AppError | None = None) -> HTMLResponse:
    async with database.reading() as session:
        current, earlier = await queries.templates(session, call.id)
    values = {"call": call, "current": current, "earlier": earlier, "error": error}
    status = error.status if error is not None else 200
    return render(request, "exchange/recipient_template.html", values, status=status)


@router.get("/calls/{call_id}/template", response_class=HTMLResponse)
async def show(request: Request, call: CallToManage, database: Db) -> HTMLResponse:
    return await _page(request, database, call)


@router.post("/calls/{call_id}/template", response_model=None)
async def upload(
    request: Request,
    call: CallToManage,
    actor: Member,
    database: Db,
    document: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Takes a template into use. One that is refused leaves the one in use as it is."""
    try:
        template = await _template(document)
    except (Invalid, TooLarge) as error:
        return await _page(request, database, call, error)
    async with database.writing() as session:
        name = (document.filename if document is not None else None) or ""
        await actions.use_template(session, call.id, name, template, actor.person_id)
    message = _("The template is in use. Whoever saves a motion in this call as Word can choose it.")
    return redirect(request, f"/calls/{call.id}/template", message=message)


async def _template(document: UploadFile | None) -> bytes:
    if document is None or not document.filename:
        raise Invalid(_("Choose a Word document (.docx) to upload; there was none."))
    # One byte more than is taken tells that there is too much, without taking it all.
    data = await document.read(MOST_BYTES + 1)
    return await anyio.to_thread.run_sync(accepted, document.filename, data, limiter=_LOOKERS)


@router.post("/calls/{call_id}/template/removal")
async def remove(request: Request, call: CallToManage, session: Writing) -> RedirectResponse:
    await actions.remove_template(session, call.id)
    message = _("The template is no longer in use. You can bring it back below.")
    return redirect(request, f"/calls/{call.id}/template", message=message)


@router.post("/calls/{call_id}/template/restoration")
async def bring_back(
    request: Request, call: CallToManage, session: Writing, template: Annotated[UUID, Form()]
) -> RedirectResponse:
    await actions.bring_back_template(session, call.id, template)
    return redirect(request, f"/calls/{call.id}/template", message=_("The earlier template is in use again."))


@router.get("/calls/{call_id}/template/current.docx")
async def current(call: CallToManage, session: Reading) -> Response:
    """The template in use, to be worked on further."""
    return _download(await _content(session, call), _("Template for {call}", call=call.name))


@router.get("/calls/{call_id}/template/sample.docx")
async def sample(call: CallToManage, session: Reading) -> Response:
    """A made-up motion in the template in use."""
    content = await _content(session, call)
    filled = await anyio.to_thread.run_sync(fill, content, SAMPLE, limiter=_LOOKERS)
    return _download(filled, _("A motion in the template for {call}", call=call.name))


@router.get("/calls/{call_id}/template/example.docx")
async def begin_from(_call: CallToManage) -> Response:
    """A template with all placeholders, to begin from."""
    return _download(await anyio.to_thread.run_sync(example, limiter=_LOOKERS), _("Example of a template"))


async def _content(session: Reading, call: Call) -> bytes:
    content = await queries.template_content(session, call.id)
    if content is None:
        raise NotFound(_("The call has no template in use."))
    return content


def _download(content: bytes, name: str) -> Response:
    headers = {"content-disposition": content_disposition(file_name(name, "docx")), "cache-control": "no-store"}
    return Response(content, media_type=FORMATS["docx"].media_type, headers=headers)
