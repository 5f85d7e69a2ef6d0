"""Rendering: one Jinja file a page; a fragment is a named block of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from app.access.gate import allowed
from app.access.table import Permission, Subject
from app.kit import clock, i18n
from app.web import flash
from app.web.assets import asset

_APP = Path(__file__).parent.parent


def _environment() -> Environment:
    folders = {path.parent.name: FileSystemLoader(path) for path in sorted(_APP.glob("*/templates"))}
    environment = Environment(
        loader=PrefixLoader(folders),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        _=i18n._,
        ngettext=i18n.ngettext,
        asset=asset,
        Permission=Permission,
        now=clock.now,
        locale=i18n.current_locale,
    )
    environment.filters.update(
        date=i18n.show_date,
        datetime=i18n.show_datetime,
        time=i18n.show_time,
        listing=i18n.show_list,
        iso=_iso,
        local=_local,
        paragraphs=_paragraphs,
    )
    return environment


def _iso(at: datetime) -> str:
    """For `<time datetime>`: seconds, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(at: datetime) -> str:
    """For a `datetime-local` input: minutes, in Stockholm."""
    return at.astimezone(clock.STOCKHOLM).strftime("%Y-%m-%dT%H:%M")


def _paragraphs(text: str) -> Markup:
    """Plain text with newlines as escaped paragraphs."""
    return Markup("").join(Markup("<p>{}</p>").format(escape(line)) for line in text.split("\n") if line.strip())


templates = _environment()


def _context(request: Request, values: Mapping[str, Any]) -> dict[str, Any]:
    actor = getattr(request.state, "actor", None)

    def can(permission: Permission, subject: Subject | None = None) -> bool:
        return allowed(actor, permission, subject)

    return {
        "request": request,
        "path": request.url.path,
        "actor": actor,
        "can": can,
        "demo": request.app.state.settings.demo,
        "flashes": partial(flash.take, request),
        **values,
    }


def text(request: Request, template: str, values: Mapping[str, Any], fragment: str | None = None) -> str:
    """The page, or the block `fragment` of it, as HTML text."""
    page = templates.get_template(template)
    context = _context(request, values)
    if fragment is None:
        return page.render(context)
    return "".join(page.blocks[fragment](page.new_context(context)))


def render(
    request: Request,
    template: str,
    values: Mapping[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page as a response that no cache keeps, since pages differ between people."""
    html = text(request, template, values or {}, fragment)
    response = HTMLResponse(html, status, {"cache-control": "no-store"})
    flash.clear_shown(request, response)
    return response


def is_fragment_request(request: Request) -> bool:
    """Whether htmx asks, and wants a part of a page rather than a page."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-request-type") != "full"


def redirect(request: Request, to: str, *, message: str | None = None) -> RedirectResponse:
    """Goes to another page after an act (303), with a message shown there once."""
    response = RedirectResponse(to, 303)
    if message is not None:
        flash.put(request, response, message)
    return response
