"""Share links and the short codes that are read aloud in a meeting."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.roles import Role
from app.kit import clock
from app.kit.errors import Gone, Invalid, NotFound
from app.kit.events import announce
from app.kit.i18n import _
from app.kit.ids import CODE_ALPHABET, join_code, uuid7
from app.motions.actions import give_role
from app.motions.events import RightsChanged
from app.motions.models import Motion, MotionRole, ShareLink

_SALT = "share-link"


class Life(StrEnum):
    """How long a link works, which whoever makes it chooses."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def length(self) -> timedelta:
        return timedelta(days={Life.DAY: 1, Life.WEEK: 7, Life.MONTH: 30}[self])


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that works, and the motion that it leads to."""

    link: ShareLink
    motion: Motion


def link_token(secret_key: str, link: ShareLink) -> str:
    """The secret part of the link's address. It is signed rather than stored, so a stolen database opens nothing."""
    return URLSafeSerializer(secret_key, salt=_SALT).dumps(link.id.hex)


async def make_link(
    session: AsyncSession, motion: Motion, role: Role, person_id: UUID, life: Life = Life.MONTH
) -> ShareLink:
    """A new link that lets people in as `role`, for so long."""
    if role is Role.OWNER:
        raise Invalid(_("A link can't make somebody the owner of a motion."))
    now = clock.now()
    link = ShareLink(
        id=uuid7(),
        motion_id=motion.id,
        code=join_code(),
        role=role,
        created_by=person_id,
        created_at=now,
        expires_at=now + life.length,
    )
    session.add(link)
    await session.flush()
    return link


async def links_of(session: AsyncSession, motion_id: UUID) -> list[ShareLink]:
    """The links that work, newest first."""
    rows = await session.scalars(
        select(ShareLink)
        .where(ShareLink.motion_id == motion_id, ShareLink.revoked_at.is_(None), ShareLink.expires_at > clock.now())
        .order_by(ShareLink.created_at.desc())
    )
    return list(rows)


async def invitation_by_token(session: AsyncSession, secret_key: str, token: str) -> Invitation:
    """Raises NotFound for a forged address, Gone for a link that was withdrawn or is too old."""
    try:
        link_id = UUID(URLSafeSerializer(secret_key, salt=_SALT).loads(token))
    except (BadSignature, ValueError, TypeError, AttributeError):
        raise NotFound from None
    link = await session.get(ShareLink, link_id)
    if link is None:
        raise NotFound
    return await _working(session, link)


async def invitation_by_code(session: AsyncSession, code: str) -> Invitation:
    """Finds a link by its code, however it was typed. Raises Invalid for a code that there is not."""
    typed = "".join(ch for ch in code.upper() if ch in CODE_ALPHABET)
    link = await session.scalar(select(ShareLink).where(ShareLink.code == typed))
    if link is None:
        text = _("No motion has that code. Check it with the person who gave it to you; it has six characters.")
        raise Invalid(text, fields={"code": text})
    return await _working(session, link)


async def _working(session: AsyncSession, link: ShareLink) -> Invitation:
    motion = await session.get(Motion, link.motion_id)
    if motion is None:
        raise NotFound
    if link.revoked_at is not None:
        raise Gone(_("The authors have withdrawn this link. Ask them for a new one."))
    if link.expires_at < clock.now():
        raise Gone(_("This link has expired. Ask the authors for a new one."))
    return Invitation(link, motion)


async def accept(session: AsyncSession, invitation: Invitation, person_id: UUID) -> None:
    """Gives the person what the link gives."""
    link = invitation.link
    await give_role(session, invitation.motion, person_id, Role(link.role), share_link_id=link.id)


async def revoke(session: AsyncSession, motion: Motion, link_id: UUID) -> None:
    """Withdraws the link, and the roles of all who came by it."""
    link = await session.get(ShareLink, link_id, with_for_update=True)
    if link is None or link.motion_id != motion.id:
        raise NotFound
    link.revoked_at = link.revoked_at or clock.now()
    await session.execute(delete(MotionRole).where(MotionRole.share_link_id == link.id))
    announce(session, RightsChanged(motion.document_id))
