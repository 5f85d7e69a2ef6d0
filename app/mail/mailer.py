"""The port and its two implementations. Mail is always enqueued with what caused it and sent from the outbox."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.outbox import enqueue

#: Messages that the in-memory outbox keeps.
KEPT = 200
#: Seconds for one attempt to send.
SMTP_TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str

    def __post_init__(self) -> None:
        # A line break in a header would let its writer add headers.
        if any(mark in self.to + self.subject for mark in "\r\n"):
            raise ValueError("a header may not hold a line break")


class Mailer(Protocol):
    async def send(self, mail: Mail) -> None:
        """Hands the mail over; raises when it could not, and is then called again later."""


class SmtpMailer:
    """Sends by `smtp://user:password@host:port` (STARTTLS when offered) or `smtps://…`."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._sender = sender
        self._options: dict[str, Any] = {
            "hostname": parts.hostname,
            "port": parts.port or (465 if parts.scheme == "smtps" else 25),
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "use_tls": parts.scheme == "smtps",
            "timeout": SMTP_TIMEOUT,
        }

    async def send(self, mail: Mail) -> None:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
        message["Message-ID"] = make_msgid(domain="motionsverkstad")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        await aiosmtplib.send(message, **self._options)


@dataclass(frozen=True, slots=True)
class Kept:
    mail: Mail
    at: datetime


class MemoryMailer:
    """Keeps the last messages, newest first, for the demo's page and for tests."""

    def __init__(self) -> None:
        self.kept: deque[Kept] = deque(maxlen=KEPT)

    async def send(self, mail: Mail) -> None:
        self.kept.appendleft(Kept(mail, clock.now()))


async def post(session: AsyncSession, mail: Mail) -> None:
    """Sends the mail once `session` is committed."""
    await enqueue(session, "mail", {"to": mail.to, "subject": mail.subject, "text": mail.text})


def deliver(mailer: Mailer) -> Any:
    """The outbox's handler for mail."""

    async def handle(payload: Mapping[str, str]) -> None:
        await mailer.send(Mail(payload["to"], payload["subject"], payload["text"]))

    return handle
