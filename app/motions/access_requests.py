"""Be om åtkomst: somebody who may know of a motion asks to be let in, and its authors answer."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.roles import Role
from app.documents.text import collapse
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.i18n import _
from app.mail.mailer import Mail, post
from app.motions.actions import give_role
from app.motions.models import AccessRequest, Motion, MotionRole
from app.people.models import Person

MAX_MESSAGE = 500
#: What can be given to somebody who asks.
GIVEN = (Role.READER, Role.COMMENTER, Role.AUTHOR)


async def pending(session: AsyncSession, motion_id: UUID, person_id: UUID) -> AccessRequest | None:
    request = await session.get(AccessRequest, (motion_id, person_id))
    return request if request is not None and request.answered_at is None else None


async def waiting(session: AsyncSession, motion_id: UUID) -> Sequence[tuple[UUID, str, str]]:
    """(person, name, message) of those who have had no answer, the first to ask first."""
    rows = await session.execute(
        select(Person.id, Person.name, AccessRequest.message)
        .join(AccessRequest, AccessRequest.person_id == Person.id)
        .where(AccessRequest.motion_id == motion_id, AccessRequest.answered_at.is_(None))
        .order_by(AccessRequest.asked_at)
    )
    return [(id_, name, message) for id_, name, message in rows]


async def ask(session: AsyncSession, motion: Motion, actor: Actor, message: str, url: str) -> None:
    """Asks to be let in, and mails the owner. Asking again while there is no answer changes nothing."""
    if len(message) > MAX_MESSAGE:
        text = _("The message is too long. At most {n} characters can be taken in.", n=MAX_MESSAGE)
        raise Invalid(text, fields={"message": text})
    if await session.get(MotionRole, (motion.id, actor.person_id)) is not None:
        raise Conflict(_("You are in the motion already."))
    if await pending(session, motion.id, actor.person_id) is not None:
        return
    asked = AccessRequest(motion_id=motion.id, person_id=actor.person_id, message=collapse(message))
    asked.asked_at, asked.answered_at = clock.now(), None
    await session.merge(asked)
    owners = select(Person).join(MotionRole, MotionRole.person_id == Person.id)
    owned = owners.where(MotionRole.motion_id == motion.id, MotionRole.role == Role.OWNER, Person.email.is_not(None))
    for owner in await session.scalars(owned):
        values = {"name": owner.name, "asker": actor.name, "link": f"{url}/motions/{motion.id}/sharing"}
        text = _("Hello {name},\n\n{asker} asks to be let in to a motion of yours. Answer here:\n\n{link}", **values)
        await post(session, Mail(str(owner.email), _("Somebody asks to be let in to your motion"), text))


async def answer(
    session: AsyncSession, motion: Motion, person_id: UUID, role: Role | None, actor: Actor, url: str
) -> None:
    """Lets the person in as `role`, or with None declines, and mails the answer. Raises NotFound, Conflict."""
    request = await session.get(AccessRequest, (motion.id, person_id), with_for_update=True)
    person = await session.get(Person, person_id)
    if request is None or person is None:
        raise NotFound
    if request.answered_at is not None:
        raise Conflict(_("Somebody else has answered already. Load the page again to see how."))
    request.answered_at, request.answered_by = clock.now(), actor.person_id
    if role is not None:
        await give_role(session, motion, person_id, role)
    if person.email is None:
        return
    values = {"name": person.name, "link": f"{url}/motions/{motion.id}"}
    if role is None:
        text = _("Hello {name},\n\nthe authors of the motion can't let you in this time.\n\n{link}", **values)
    else:
        text = _("Hello {name},\n\nyou have been let in to the motion that you asked about:\n\n{link}", **values)
    await post(session, Mail(person.email, _("An answer about the motion that you asked about"), text))
