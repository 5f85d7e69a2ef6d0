"""A message that is shown once on the next page, kept in a signed cookie."""

from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadData, URLSafeTimedSerializer

_COOKIE = "verkstad_flash"
#: Seconds; a message that was never shown is stale after that.
_LIFE = 300


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app.state.settings.secret_key, salt="flash")


def put(request: Request, response: Response, message: str) -> None:
    response.set_cookie(
        _COOKIE,
        _signer(request).dumps(message),
        max_age=_LIFE,
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.secure,
    )


def take(request: Request) -> list[str]:
    """The message of the page before, in a list of none or one. What was tampered with is none."""
    cookie = request.cookies.get(_COOKIE)
    if cookie is None:
        return []
    request.state.flash_shown = True
    try:
        return [str(_signer(request).loads(cookie, max_age=_LIFE))]
    except BadData:
        return []


def clear_shown(request: Request, response: Response) -> None:
    if getattr(request.state, "flash_shown", False):
        response.delete_cookie(_COOKIE)
