"""What people and their ways in can undergo."""

import unicodedata
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.errors import Gone, Invalid
from app.kit.events import announce
from app.kit.i18n import _
from app.kit.ids import digest, secret_token
from app.mail.mailer import Mail, post
from app.people.events import SignedOut
from app.people.models import COLORS, MAX_NAME, ApiToken, LoginSession, Person, SignInLink

LINK_LIFE = timedelta(minutes=30)
SESSION_LIFE = timedelta(days=60)
#: A guest's session; a writing evening and the days after it.
GUEST_LIFE = timedelta(days=14)


def clean_name(raw: str) -> str:
    """A name that can be shown anywhere: one line, no control or direction marks, at most MAX_NAME characters.

    Raises Invalid when nothing is left.
    """
    kept = "".join(ch for ch in unicodedata.normalize("NFC", raw) if unicodedata.category(ch)[0] != "C")
    name = " ".join(kept.split())
    if not name:
        raise Invalid(
            _("Write your name, so that the others know who you are."), fields={"name": _("Write your name.")}
        )
    if len(name) > MAX_NAME:
        text = _("The name is too long. Write at most {n} characters.", n=MAX_NAME)
        raise Invalid(text, fields={"name": text})
    return name


def clean_email(raw: str) -> str:
    """The address in lower case. Raises Invalid for what can't be an address."""
    email = unicodedata.normalize("NFC", raw).strip().lower()
    name, at, domain = email.partition("@")
    if not (name and at and "." in domain.strip(".") and len(email) <= 254) or any(ch.isspace() for ch in email):
        text = _("That does not look like an e-mail address. Write it as name@example.org.")
        raise Invalid(text, fields={"email": text})
    return email


async def _next_color(session: AsyncSession, unlike: Collection[int] = ()) -> int:
    """The next colour in turn that is not among `unlike`; when all are, the next in turn."""
    turn = int(await session.scalar(select(func.count()).select_from(Person)) or 0)
    free = [color for color in range(COLORS) if color not in unlike] or list(range(COLORS))
    return free[turn % len(free)]


async def add_person(session: AsyncSession, name: str, email: str, *, is_admin: bool = False) -> Person:
    """Adds somebody, or updates the one who has that address."""
    email, name = clean_email(email), clean_name(name)
    person = await session.scalar(select(Person).where(Person.email == email))
    if person is None:
        person = Person(name=name, email=email, color=await _next_color(session), created_at=clock.now())
        session.add(person)
    person.name = name
    person.is_admin = person.is_admin or is_admin
    await session.flush()
    return person


async def add_guest(session: AsyncSession, name: str, unlike: Collection[int] = ()) -> Person:
    """Adds somebody who came by a share link and agreed to be seen by the others there.

    `unlike` are the colours of those others, from whom the guest is to be told.
    """
    now = clock.now()
    color = await _next_color(session, unlike)
    guest = Person(name=clean_name(name), color=color, is_guest=True, consented_at=now, created_at=now)
    session.add(guest)
    await session.flush()
    return guest


async def mail_sign_in_link(session: AsyncSession, email: str, base_url: str, next_path: str = "/") -> None:
    """Mails a link to the person with that address. For an unknown address nothing is sent, and nobody is told."""
    person = await session.scalar(select(Person).where(Person.email == clean_email(email), Person.is_guest.is_(False)))
    if person is None or person.email is None:
        return
    token = await new_sign_in_link(session, person.id, next_path)
    text = _(
        "Hello {name},\n\nOpen this link to sign in to Motionsverkstad:\n\n{link}\n\n"
        "It works once, for 30 minutes. If you did not ask for it, you need do nothing.",
        name=person.name,
        link=f"{base_url}/sign-in/{token}",
    )
    await post(session, Mail(person.email, _("Your link to Motionsverkstad"), text))


def own_path(path: str) -> str:
    """`path` if it leads to a page of ours, otherwise the first page: a link of ours never leads elsewhere."""
    ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if ours and len(path) <= 300 else "/"


async def new_sign_in_link(session: AsyncSession, person_id: UUID, next_path: str = "/") -> str:
    """The token of a new link. `next_path` is where it leads."""
    token = secret_token()
    session.add(
        SignInLink(
            digest=digest(token), person_id=person_id, next_path=own_path(next_path), expires_at=clock.now() + LINK_LIFE
        )
    )
    return token


async def use_sign_in_link(session: AsyncSession, token: str) -> tuple[str, str]:
    """(session token, where to go). Raises Gone for a link that is unknown, old or used."""
    link = await session.get(SignInLink, digest(token), with_for_update=True)
    if link is None or link.used_at is not None or link.expires_at < clock.now():
        raise Gone(
            _("A sign-in link works once, for 30 minutes, and this one has been used or is too old. Ask for a new one.")
        )
    link.used_at = clock.now()
    return await open_session(session, link.person_id), link.next_path


async def open_session(session: AsyncSession, person_id: UUID, life: timedelta = SESSION_LIFE) -> str:
    """The token of a new browser session."""
    token, now = secret_token(), clock.now()
    session.add(LoginSession(digest=digest(token), person_id=person_id, created_at=now, expires_at=now + life))
    return token


async def close_session(session: AsyncSession, token: str) -> None:
    ended = delete(LoginSession).where(LoginSession.digest == digest(token)).returning(LoginSession.person_id)
    person_id = await session.scalar(ended)
    if person_id is not None:
        announce(session, SignedOut(person_id))


async def new_api_token(session: AsyncSession, person_id: UUID) -> str:
    token = secret_token()
    session.add(ApiToken(digest=digest(token), person_id=person_id, created_at=clock.now()))
    return token
