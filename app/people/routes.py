"""Signing in by a mailed link, signing out, choosing the language."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.access.gate import PUBLIC
from app.kit.errors import Invalid
from app.kit.i18n import LOCALES
from app.people.actions import SESSION_LIFE, close_session, mail_sign_in_link, own_path, use_sign_in_link
from app.web.deps import Writing
from app.web.limits import RateLimit
from app.web.pages import render

router = APIRouter()

SESSION_COOKIE = "verkstad_session"
#: A year, in seconds.
_YEAR = 365 * 24 * 3600

#: A whole congress may sign in from the one address of its hall; a mailbox is protected by the count of its own.
_links_per_address = RateLimit(300, 600)
_links_per_mailbox = RateLimit(5, 600)
_wrong_links_per_address = RateLimit(20, 600)


def address_of(request: Request) -> str:
    """The network address that the request came from, for counting."""
    return request.client.host if request.client is not None else ""


def set_session_cookie(request: Request, response: Response, token: str, seconds: int) -> None:
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.secure,
    )


@router.get("/sign-in", dependencies=[PUBLIC], response_class=HTMLResponse)
async def sign_in(request: Request, next_path: Annotated[str, Query(alias="next")] = "/") -> HTMLResponse:
    return render(request, "people/sign_in.html", {"next": next_path, "email": "", "errors": {}})


@router.post("/sign-in", dependencies=[PUBLIC], response_class=HTMLResponse)
async def send_link(
    request: Request,
    session: Writing,
    email: Annotated[str, Form()] = "",
    next_path: Annotated[str, Form(alias="next")] = "/",
) -> HTMLResponse:
    """Answers alike for known and unknown addresses, so that nobody can find out who is a member."""
    _links_per_address.hit(address_of(request))
    _links_per_mailbox.hit(email.strip().lower())
    try:
        await mail_sign_in_link(session, email, request.app.state.settings.base_url, next_path)
    except Invalid as error:
        values = {"next": next_path, "email": email, "errors": error.fields}
        return render(request, "people/sign_in.html", values, status=error.status)
    return render(request, "people/sign_in_sent.html", {"email": email})


@router.get("/sign-in/{token}", dependencies=[PUBLIC], response_class=HTMLResponse)
async def confirm(request: Request, token: str) -> HTMLResponse:
    """A page with a button: programs that look into mail follow links, and would use this one up."""
    return render(request, "people/sign_in_confirm.html", {"token": token})


@router.post("/sign-in/{token}", dependencies=[PUBLIC])
async def enter(request: Request, session: Writing, token: str) -> RedirectResponse:
    _wrong_links_per_address.hit(address_of(request))
    session_token, next_path = await use_sign_in_link(session, token)
    _wrong_links_per_address.forgive(address_of(request))
    response = RedirectResponse(next_path, 303)
    set_session_cookie(request, response, session_token, int(SESSION_LIFE.total_seconds()))
    return response


@router.post("/sign-out", dependencies=[PUBLIC])
async def sign_out(request: Request, session: Writing) -> RedirectResponse:
    token = request.cookies.get(SESSION_COOKIE)
    if token is not None:
        await close_session(session, token)
    response = RedirectResponse("/", 303, {"clear-site-data": '"storage"'})
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.post("/language", dependencies=[PUBLIC])
async def choose_language(
    request: Request, language: Annotated[str, Form()], next_path: Annotated[str, Form(alias="next")] = "/"
) -> RedirectResponse:
    path = own_path(next_path)
    response = RedirectResponse(path, 303)
    if language in LOCALES:
        response.set_cookie(
            "verkstad_language", language, max_age=_YEAR, samesite="lax", secure=request.app.state.settings.secure
        )
    return response
