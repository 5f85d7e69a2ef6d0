"""What a motion can undergo, apart from having its text changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.roles import Role, Visibility
from app.documents import store
from app.documents.engine import Replica
from app.documents.seeding import seed
from app.documents.text import Block
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.kit.events import announce
from app.kit.i18n import _
from app.kit.ids import uuid7
from app.motions.events import MotionChanged, RightsChanged
from app.motions.models import AssociationInvitation, AssociationRole, Motion, MotionRole, Status
from app.motions.projection import write_projection
from app.motions.showing import stop_showing_to_all
from app.motions.themes import THEMES

MAX_TITLE = 300
#: Characters of a body that is given whole, through the API or by import.
MAX_BODY = 1_000_000
MAX_DEMANDS = 200
MAX_DEMAND = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMotion:
    """What a motion begins as. `body` is blocks, or plain text with paragraphs separated by newlines."""

    title: str
    body: str | Sequence[Block] = ""
    demands: Sequence[str] = ()
    association_id: UUID
    call_id: UUID
    owner_id: UUID | None = None
    visibility: Visibility = Visibility.HIDDEN
    theme: str | None = None
    external_id: str | None = None


def check_size(title: str | None, body: str | None, demands: Sequence[str] | None) -> None:
    """Raises Invalid, by field, for a text that is given whole and is larger than a motion can be."""
    wrong: dict[str, str] = {}
    if title is not None and len(title) > MAX_TITLE:
        wrong["title"] = _("The title is too long. At most {n} characters can be taken in.", n=MAX_TITLE)
    if body is not None and len(body) > MAX_BODY:
        wrong["body"] = _("The text is too long. At most {n} characters can be taken in.", n=MAX_BODY)
    if demands is not None and len(demands) > MAX_DEMANDS:
        wrong["demands"] = _("There are too many demands. At most {n} can be taken in.", n=MAX_DEMANDS)
    elif demands is not None and any(len(demand) > MAX_DEMAND for demand in demands):
        wrong["demands"] = _("A demand is too long. At most {n} characters can be taken in.", n=MAX_DEMAND)
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)


async def start_motion(session: AsyncSession, new: NewMotion) -> Motion:
    """Creates the motion with its document; the text is in the document before this returns.

    Raises Invalid for a text that is too large or a theme that does not exist.
    """
    check_size(new.title, new.body if isinstance(new.body, str) else None, list(new.demands))
    if new.theme is not None and new.theme not in THEMES:
        raise Invalid(_("There is no theme called {theme}.", theme=new.theme), fields={"theme": _("Choose a theme.")})
    now, document_id = clock.now(), uuid7()
    state = seed(new.title, new.body, new.demands, document_id)
    await store.create(session, document_id, state)
    motion = Motion(
        id=uuid7(),
        external_id=new.external_id,
        document_id=document_id,
        association_id=new.association_id,
        call_id=new.call_id,
        status=Status.DRAFT,
        visibility=new.visibility,
        theme=new.theme,
        created_at=now,
        changed_at=now,
    )
    session.add(motion)
    await session.flush()
    if new.owner_id is not None:
        session.add(MotionRole(motion_id=motion.id, person_id=new.owner_id, role=Role.OWNER, added_at=now))
    replica = Replica([state])
    try:
        await write_projection(session, motion, replica.read(), seq=0)
    finally:
        replica.close()
    await session.flush()
    return motion


async def set_visibility(session: AsyncSession, motion_id: UUID, visibility: Visibility) -> None:
    """Opens the motion to members of other associations, or closes it. Hidden, it is no longer shown to those either
    with whom its authors had agreed."""
    motion = await _locked(session, motion_id)
    if visibility is Visibility.HIDDEN:
        await stop_showing_to_all(session, motion_id)
    if motion.visibility == visibility:
        return
    motion.visibility = visibility
    motion.changed_at = clock.now()
    announce(session, MotionChanged(motion.id))
    announce(session, RightsChanged(motion.document_id))


async def set_theme(session: AsyncSession, motion_id: UUID, theme: str | None) -> None:
    if theme is not None and theme not in THEMES:
        raise Invalid(_("There is no theme called {theme}.", theme=theme), fields={"theme": _("Choose a theme.")})
    motion = await _locked(session, motion_id)
    motion.theme = theme
    motion.changed_at = clock.now()
    announce(session, MotionChanged(motion.id))


async def set_status(session: AsyncSession, motion_id: UUID, status: Status) -> None:
    motion = await _locked(session, motion_id)
    motion.status = status
    motion.changed_at = clock.now()
    announce(session, MotionChanged(motion.id, text=False))
    announce(session, RightsChanged(motion.document_id))


async def give_role(
    session: AsyncSession, motion: Motion, person_id: UUID, role: Role, *, share_link_id: UUID | None = None
) -> None:
    """Gives the person that role, unless the person has a stronger one."""
    held = await session.get(MotionRole, (motion.id, person_id))
    if held is None:
        session.add(
            MotionRole(
                motion_id=motion.id,
                person_id=person_id,
                role=role,
                share_link_id=share_link_id,
                added_at=clock.now(),
            )
        )
    elif role.rank < Role(held.role).rank:
        held.role, held.share_link_id = role, share_link_id
    announce(session, RightsChanged(motion.document_id, person_id))


async def set_role(session: AsyncSession, motion: Motion, person_id: UUID, role: Role) -> None:
    """Changes what somebody in the motion is to it, to more or to less. The owner stays the owner."""
    held = await session.get(MotionRole, (motion.id, person_id))
    if held is None:
        raise NotFound
    if Role.OWNER in {held.role, role}:
        raise Invalid(_("The owner of a motion stays its owner."))
    held.role = role
    announce(session, RightsChanged(motion.document_id, person_id))


async def take_role(session: AsyncSession, motion: Motion, person_id: UUID) -> None:
    """Takes the person's role away. The owner keeps it: a motion is never nobody's."""
    held = await session.get(MotionRole, (motion.id, person_id))
    if held is None:
        raise NotFound
    if held.role == Role.OWNER:
        raise Invalid(_("The owner of a motion can't be removed from it."))
    await session.delete(held)
    announce(session, RightsChanged(motion.document_id, person_id))


async def set_association_role(session: AsyncSession, motion: Motion, association_id: UUID, role: Role | None) -> None:
    """What all members of the association are to the motion from now on; None for nothing but what each one is."""
    if role is Role.OWNER:
        raise Invalid(_("The owner of a motion stays its owner."))
    await session.execute(
        delete(AssociationRole).where(
            AssociationRole.motion_id == motion.id, AssociationRole.association_id == association_id
        )
    )
    if role is not None:
        row = AssociationRole(motion_id=motion.id, association_id=association_id, role=role, given_at=clock.now())
        session.add(row)
    announce(session, RightsChanged(motion.document_id))


async def invite_association(session: AsyncSession, motion: Motion, association_id: UUID) -> None:
    """Lets those with the association's mandate read the motion."""
    held = await session.get(AssociationInvitation, (motion.id, association_id))
    if held is None:
        session.add(AssociationInvitation(motion_id=motion.id, association_id=association_id, invited_at=clock.now()))
        announce(session, RightsChanged(motion.document_id))


async def _locked(session: AsyncSession, motion_id: UUID) -> Motion:
    motion = await session.scalar(select(Motion).where(Motion.id == motion_id).with_for_update())
    if motion is None:
        raise NotFound
    return motion
