"""The demo's mail, on a page instead of in a mailbox."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape

from app.access.gate import allowed, guards
from app.access.table import Permission, Subject
from app.kit.errors import NotFound
from app.mail.mailer import MemoryMailer
from app.web.pages import render

router = APIRouter()

_LINK = re.compile(r"https?://[^\s<>\"]+")


@guards(Permission.DEMO)
def _demo(request: Request) -> MemoryMailer:
    if not allowed(None, Permission.DEMO, Subject(demo=request.app.state.settings.demo)):
        raise NotFound
    mailer = request.app.state.mailer
    assert isinstance(mailer, MemoryMailer)
    return mailer


def linked(text: str) -> Markup:
    """The text, escaped, its addresses made into links."""
    parts, at = [], 0
    for match in _LINK.finditer(text):
        parts.append(escape(text[at : match.start()]))
        parts.append(Markup('<a href="{0}">{0}</a>').format(match.group()))
        at = match.end()
    parts.append(escape(text[at:]))
    return Markup("").join(parts)


@router.get("/demo/mail", response_class=HTMLResponse)
async def outbox(request: Request, mailer: Annotated[MemoryMailer, Depends(_demo)]) -> HTMLResponse:
    """Newest first."""
    messages = [
        {"to": kept.mail.to, "subject": kept.mail.subject, "text": linked(kept.mail.text), "at": kept.at}
        for kept in mailer.kept
    ]
    return render(request, "mail/outbox.html", {"messages": messages})
