"""Inviting others to a motion, and coming in by a link or a code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.access.gate import PUBLIC
from app.access.roles import Role
from app.kit.errors import Invalid
from app.kit.i18n import _
from app.motions import access_requests, queries
from app.motions.actions import set_association_role, set_role, take_role
from app.motions.gate import MotionToAskAbout, MotionToShare
from app.motions.models import Motion
from app.motions.sharing import Invitation, Life, accept, invitation_by_code, invitation_by_token, link_token, links_of
from app.motions.sharing import make_link as make
from app.motions.sharing import revoke as revoke_link
from app.people.actions import GUEST_LIFE, add_guest, open_session
from app.people.routes import address_of, set_session_cookie
from app.web.deps import MaybeActor, Reading, Writing
from app.web.limits import RateLimit
from app.web.pages import redirect, render

router = APIRouter()

#: Codes are short, so guessing is slow: from one address some 40 wrong ones an hour against 148 million codes.
_wrong_codes_per_address = RateLimit(20, 1800)
#: Everybody in a hall may come from one address within a minute; each needs a link or a code that works.
_guests_per_address = RateLimit(300, 600)

_requests_per_person = RateLimit(20, 3600)


@dataclass(frozen=True, slots=True)
class ShownLink:
    id: UUID
    url: str
    code: str
    role: Role
    expires_at: datetime

    @property
    def square(self) -> tuple[int, str]:
        """The link as a square code, for the phones in the room: its side in modules, the dark ones as an SVG path."""
        rows = segno.make(self.url, error="m").matrix
        dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
        return len(rows), "".join(dark)


@router.get("/motions/{motion_id}/sharing", response_class=HTMLResponse)
async def sharing(request: Request, opened: MotionToShare, session: Reading) -> HTMLResponse:
    """Who is in the motion, and the links by which others come in."""
    settings = request.app.state.settings
    links = [
        ShownLink(
            link.id,
            f"{settings.base_url}/join/{link_token(settings.secret_key, link)}",
            link.code,
            Role(link.role),
            link.expires_at,
        )
        for link in await links_of(session, opened.motion.id)
    ]
    values = {
        "motion": await queries.one(session, opened.person, opened.motion.id),
        "links": links,
        "people": await queries.people_of(session, opened.motion.id),
        "join_address": f"{settings.base_url}/join",
        "requests": await access_requests.waiting(session, opened.motion.id),
        "association_role": opened.subject.association_roles.get(opened.motion.association_id),
    }
    return render(request, "motions/sharing.html", values)


@router.post("/motions/{motion_id}/share-links")
async def make_link(
    request: Request,
    opened: MotionToShare,
    session: Writing,
    role: Annotated[str, Form()] = "author",
    life: Annotated[str, Form()] = "month",
) -> RedirectResponse:
    if role not in {Role.AUTHOR, Role.COMMENTER, Role.READER}:
        raise Invalid(_("Choose what those who come by the link may do."))
    if life not in set(Life):
        raise Invalid(_("Choose how long the link is to work."))
    await make(session, opened.motion, Role(role), opened.person.person_id, Life(life))
    return redirect(
        request,
        f"/motions/{opened.motion.id}/sharing",
        message=_("The link works now. Send it, or read the code aloud."),
    )


@router.post("/motions/{motion_id}/share-links/{link_id}/revocation")
async def revoke(request: Request, opened: MotionToShare, session: Writing, link_id: UUID) -> RedirectResponse:
    await revoke_link(session, opened.motion, link_id)
    message = _("The link is withdrawn. Those who came by it are no longer in the motion.")
    return redirect(request, f"/motions/{opened.motion.id}/sharing", message=message)


@router.post("/motions/{motion_id}/people/{person_id}/removal")
async def remove(request: Request, opened: MotionToShare, session: Writing, person_id: UUID) -> RedirectResponse:
    await take_role(session, opened.motion, person_id)
    return redirect(
        request, f"/motions/{opened.motion.id}/sharing", message=_("The person is no longer in the motion.")
    )


@router.post("/motions/{motion_id}/access-requests")
async def ask(
    request: Request, opened: MotionToAskAbout, session: Writing, message: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Asks to be let in to a motion that one knows of and may not read."""
    _requests_per_person.hit(str(opened.person.person_id))
    url = request.app.state.settings.base_url
    await access_requests.ask(session, opened.motion, opened.person, message, url)
    said = _("Your request is sent. You get a mail when the authors have answered.")
    return redirect(request, f"/motions/{opened.motion.id}", message=said)


@router.post("/motions/{motion_id}/access-requests/{person_id}/answer")
async def answer(
    request: Request, opened: MotionToShare, session: Writing, person_id: UUID, role: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Lets somebody who has asked in, as `role`; with "none" the request is declined."""
    if role not in {*access_requests.GIVEN, "none"}:
        raise Invalid(_("Choose what the person may do."))
    given = None if role == "none" else Role(role)
    url = request.app.state.settings.base_url
    await access_requests.answer(session, opened.motion, person_id, given, opened.person, url)
    said = _("The person is let in, and told by mail.") if given else _("The request is declined.")
    return redirect(request, f"/motions/{opened.motion.id}/sharing", message=said)


@router.post("/motions/{motion_id}/people/{person_id}/role")
async def change_role(
    request: Request, opened: MotionToShare, session: Writing, person_id: UUID, role: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """What somebody in the motion may do from now on; at once, wherever the person has it open."""
    if role not in access_requests.GIVEN:
        raise Invalid(_("Choose what the person may do."))
    await set_role(session, opened.motion, person_id, Role(role))
    return redirect(request, f"/motions/{opened.motion.id}/sharing", message=_("The right is changed."))


@router.post("/motions/{motion_id}/association-role")
async def change_association_role(
    request: Request, opened: MotionToShare, session: Writing, members: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """What all in the association that writes the motion may do; "none" for nothing. It counts at once."""
    if members not in {*access_requests.GIVEN, "none"}:
        raise Invalid(_("Choose what the members may do."))
    given = None if members == "none" else Role(members)
    await set_association_role(session, opened.motion, opened.motion.association_id, given)
    return redirect(request, f"/motions/{opened.motion.id}/sharing", message=_("The right is changed."))


@router.get("/join", dependencies=[PUBLIC], response_class=HTMLResponse)
async def code_form(request: Request) -> HTMLResponse:
    return render(request, "motions/join_code.html", {"code": "", "errors": {}})


@router.post("/join", dependencies=[PUBLIC], response_model=None)
async def find_by_code(request: Request, session: Reading, code: Annotated[str, Form()] = "") -> Response:
    _wrong_codes_per_address.hit(address_of(request))
    try:
        invitation = await invitation_by_code(session, code[:40])
        _wrong_codes_per_address.forgive(address_of(request))
    except Invalid as error:
        values = {"code": code[:40], "errors": error.fields}
        return render(request, "motions/join_code.html", values, status=error.status)
    token = link_token(request.app.state.settings.secret_key, invitation.link)
    return RedirectResponse(f"/join/{token}", 303)


@router.get("/join/{token}", dependencies=[PUBLIC], response_class=HTMLResponse)
async def join_form(request: Request, session: Reading, token: str) -> HTMLResponse:
    """Asks a stranger for a name and consent, a person who is signed in only to confirm."""
    invitation = await invitation_by_token(session, request.app.state.settings.secret_key, token)
    return render(request, "people/join.html", await _invited(session, invitation, token))


async def _invited(session: Reading, invitation: Invitation, token: str) -> dict[str, object]:
    motion: Motion = invitation.motion
    people = await queries.people_of(session, motion.id)
    return {
        "token": token,
        "title": motion.title,
        "association": await queries.association_name(session, motion),
        "inviter": next((name for id_, name, _role in people if id_ == invitation.link.created_by), ""),
        "role": Role(invitation.link.role),
        "name": "",
        "errors": {},
    }


@router.post("/join/{token}", dependencies=[PUBLIC], response_model=None)
async def join(
    request: Request, actor: MaybeActor, session: Writing, token: str, name: Annotated[str, Form()] = ""
) -> Response:
    """Lets a guest in with nothing but a name; the button says what is agreed to."""
    invitation = await invitation_by_token(session, request.app.state.settings.secret_key, token)
    to = f"/motions/{invitation.motion.id}"
    if actor is not None:
        await accept(session, invitation, actor.person_id)
        return RedirectResponse(to, 303)
    _guests_per_address.hit(address_of(request))
    try:
        guest = await add_guest(session, name, await queries.colors_in(session, invitation.motion.id))
    except Invalid as error:
        values = {**await _invited(session, invitation, token), "name": name[:200], "errors": error.fields}
        return render(request, "people/join.html", values, status=error.status)
    await accept(session, invitation, guest.id)
    response = RedirectResponse(to, 303)
    set_session_cookie(
        request, response, await open_session(session, guest.id, GUEST_LIFE), int(GUEST_LIFE.total_seconds())
    )
    return response
