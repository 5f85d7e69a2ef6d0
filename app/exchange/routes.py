"""Downloads of a motion, for people and for programs."""

import logging
from enum import StrEnum

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.calls import queries as calls
from app.exchange.export import Export
from app.exchange.formats import FORMATS
from app.exchange.gathering import gather
from app.exchange.names import content_disposition, file_name
from app.exchange.recipient.filling import fill
from app.kit.errors import NotFound
from app.kit.i18n import _
from app.motions.gate import MotionToRead, OpenedMotion
from app.web import flash
from app.web.deps import Db

router = APIRouter()
log = logging.getLogger("verkstad.exchange")

#: A long motion takes a second of the processor: two at a time leave the live text its share.
_WRITERS = anyio.CapacityLimiter(2)


class Template(StrEnum):
    """In whose Word document the motion is written: in one of ours, or in that of the call's recipient."""

    ORDINARY = "ordinary"
    RECIPIENT = "recipient"


async def _file(request: Request, opened: OpenedMotion, database: Db, kind: str, template: Template) -> Response:
    chosen = FORMATS.get(kind)
    if chosen is None:
        raise NotFound
    export = await gather(database, request.app.state.desk, opened.motion)
    content: bytes | None = None
    wanted = template is Template.RECIPIENT and kind == "docx"
    if wanted:
        async with database.reading() as session:
            held = await calls.template_content(session, opened.motion.call_id)
        content = await anyio.to_thread.run_sync(_filled, held, export, limiter=_WRITERS) if held else None
    used = Template.RECIPIENT if content is not None else Template.ORDINARY
    if content is None:
        content = await anyio.to_thread.run_sync(chosen.write, export, limiter=_WRITERS)
    title = export.text.title
    fallback = wanted and used is Template.ORDINARY
    headers = {
        # Said where it is seen: in the name of the file.
        "content-disposition": content_disposition(
            file_name(_("{title} (not in the recipient's template)", title=title) if fallback else title, kind)
        ),
        # The text lives on: a copy in a cache would be yesterday's, and anybody's who uses the computer next.
        "cache-control": "no-store",
        "x-template": used.value,
    }
    response = Response(content, media_type=chosen.media_type, headers=headers)
    if fallback:
        flash.put(
            request,
            response,
            _(
                "The recipient's template could not be used, so the motion was saved in the ordinary one. "
                "Tell the recipient; the motion itself is complete."
            ),
        )
    return response


def _filled(template: bytes, export: Export) -> bytes | None:
    """The motion in the template, or None when the template can't be filled: it was checked when it was uploaded, but
    a motion must come out whatever becomes of it."""
    try:
        return fill(template, export)
    except Exception as problem:  # noqa: BLE001 - a stranger's document, and a library of its own ways to fail
        log.warning("template not filled", extra={"problem": type(problem).__name__})
        return None


@router.get("/motions/{motion_id}/export.{kind}", include_in_schema=False)
async def download(
    request: Request, opened: MotionToRead, database: Db, kind: str, template: Template = Template.ORDINARY
) -> Response:
    """The motion as a file, from a page."""
    return await _file(request, opened, database, kind, template)


@router.get(
    "/api/v1/motions/{motion_id}/export.{kind}",
    tags=["motions"],
    response_class=Response,
    responses={200: {"content": {each.media_type.partition(";")[0]: {} for each in FORMATS.values()}}},
)
async def export(
    request: Request, opened: MotionToRead, database: Db, kind: str, template: Template = Template.ORDINARY
) -> Response:
    """The motion as it reads now, as docx, odt, pdf, md or txt. A docx with `template=recipient` is written in the
    recipient's own document where the call has one; the header `x-template` says which was used."""
    return await _file(request, opened, database, kind, template)
