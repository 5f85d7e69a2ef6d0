"""One table from errors to what the asker understands: a page, a fragment, or a problem document (RFC 9457)."""

import logging
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from app.kit.errors import AppError, Forbidden, Invalid, NotFound, NotSignedIn, TooLarge, TooMany
from app.kit.i18n import _
from app.web.pages import is_fragment_request, render

log = logging.getLogger("verkstad.web")

_BY_STATUS: dict[int, type[AppError]] = {401: NotSignedIn, 403: Forbidden, 404: NotFound, 413: TooLarge, 429: TooMany}


def is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def problem(error: AppError) -> JSONResponse:
    """The error as `application/problem+json`."""
    document: dict[str, object] = {
        "type": f"urn:verkstad:{error.slug}",
        "title": _(error.title),
        "status": error.status,
        "detail": error.message,
    }
    if error.fields:
        document["errors"] = error.fields
    headers = {"www-authenticate": "Bearer"} if error.status == 401 else None
    return JSONResponse(document, error.status, headers, media_type="application/problem+json")


async def respond(request: Request, error: AppError) -> Response:
    if is_api(request):
        return problem(error)
    fragment = is_fragment_request(request)
    if isinstance(error, NotSignedIn) and request.method == "GET" and not fragment:
        return RedirectResponse("/sign-in?next=" + quote(request.url.path, safe="/"), 303)
    if not hasattr(request.state, "actor"):
        request.state.actor = None
    # htmx leaves a page as it is on an error; the fragment goes to the page's place for messages.
    response = render(
        request, "web/error.html", {"error": error}, fragment="notice" if fragment else None, status=error.status
    )
    if fragment:
        response.headers["hx-retarget"] = "#messages"
        response.headers["hx-reswap"] = "innerHTML"
    return response


def _fields(error: RequestValidationError) -> dict[str, str]:
    return {".".join(str(part) for part in each["loc"][1:]) or "body": str(each["msg"]) for each in error.errors()}


def install(app: FastAPI) -> None:
    """Registers the handlers. `respond` is async because Starlette runs sync handlers in a thread."""

    async def on_app_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, AppError)
        return await respond(request, error)

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        in_path = any(each["loc"][0] == "path" for each in error.errors())
        return await respond(request, NotFound() if in_path else Invalid(fields=_fields(error)))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        known = _BY_STATUS.get(error.status_code)
        if known is not None:
            return await respond(request, known())
        other = AppError(_("The address can't be used in this way. Go back and try again from the page."))
        other.status, other.slug = error.status_code, "http"
        return await respond(request, other)

    async def on_fault(request: Request, error: Exception) -> Response:
        log.error("unhandled_error path=%s", request.scope.get("route") and request.scope["route"].path, exc_info=error)
        return await respond(request, AppError())

    app.add_exception_handler(AppError, on_app_error)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_fault)
