"""Turning to the authors of another motion: asking to write together, offering backing; answering; taking it back.

Who asks gives away no more than the form says: the association, the names of those who ask to be let in, the message,
and of the motion what it shows members anyway. Nobody is let in anywhere before the other side has said yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.roles import Role
from app.associations.models import Association
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.events import announce
from app.kit.i18n import _
from app.kit.ids import uuid7
from app.mail.mailer import Mail, post
from app.motions import queries, showing
from app.motions.actions import give_role
from app.motions.events import ContactsChanged
from app.motions.models import Contact, ContactKind, ContactState, Motion, MotionRole, Status
from app.people.models import Person

MAX_MESSAGE = 2_000
#: Questions of one motion that may wait for an answer at a time: enough to ask around, too few to write to a district.
MOST_WAITING = 20
_TOGETHER = (ContactKind.JOIN_THEIRS, ContactKind.JOIN_OURS)


@dataclass(frozen=True, slots=True)
class ContactView:
    """What one side sees of a contact. `incoming`: the other side has asked. `title` is the other motion's, None where
    the reader may not see it; `names` are those who would be let in, or have been."""

    id: UUID
    other_id: UUID
    association: str
    association_id: UUID
    title: str | None
    kind: ContactKind
    state: ContactState
    message: str
    incoming: bool
    names: tuple[str, ...]
    motion_id: UUID
    motion_title: str

    @property
    def waits(self) -> bool:
        return self.state is ContactState.ASKED


async def ask(
    session: AsyncSession, motion: Motion, other_id: UUID, kind: ContactKind, actor: Actor, message: str, base_url: str
) -> Contact:
    """Asks the authors of another motion, and mails them.

    Raises NotFound when the actor may not know of the other motion, Invalid for a message that is too long, Conflict
    where there is nothing to ask: the same association, a motion that is handed in, a question that waits already.
    """
    other_row = await queries.one(session, actor, other_id)
    if other_row is None:
        raise NotFound
    other = await session.get_one(Motion, other_id)
    if len(message) > MAX_MESSAGE:
        text = _("The message is too long. At most {n} characters can be taken in.", n=MAX_MESSAGE)
        raise Invalid(text, fields={"message": text})
    if other.association_id == motion.association_id:
        raise Conflict(_("Both motions are your own association's. Invite its authors to yours instead."))
    _check_drafts(motion, other)
    await _check_not_asked(session, motion, other_id, kind, other_row.association)
    row = await session.scalar(
        select(Contact).where(Contact.motion_id == motion.id, Contact.other_id == other_id, Contact.kind == kind)
    )
    if row is None:
        row = Contact(id=uuid7(), motion_id=motion.id, other_id=other_id, kind=kind)
        session.add(row)
    row.state, row.message = ContactState.ASKED, message.strip()
    row.asked_by, row.asked_at = actor.person_id, clock.now()
    row.answered_by = row.answered_at = None
    await session.flush()
    own = await queries.association_name(session, motion)
    title = _named(other.title)
    for person in await _writers(session, other_id):
        if person.email is not None:
            await post(session, _question(person, actor, own, title, row, f"{base_url}/motions/{other_id}/contacts"))
    _tell(session, row)
    return row


async def accept(session: AsyncSession, motion: Motion, contact_id: UUID, actor: Actor, base_url: str) -> Contact:
    """Says yes, as an author of the motion that was asked: those who write in the one motion are let in to the other as
    authors. An offer of backing is only answered; asking the association is the next step.

    Raises Conflict when the question is no longer there to answer, also because who asked no longer writes in the
    motion in whose name it was asked.
    """
    row = await _to_answer(session, motion, contact_id)
    asking = await session.get_one(Motion, row.motion_id)
    _check_drafts(motion, asking)
    role = await session.get(MotionRole, (asking.id, row.asked_by)) if row.asked_by is not None else None
    if role is None or role.role not in {Role.OWNER, Role.AUTHOR}:
        raise Conflict(_("Whoever asked no longer writes in that motion, so there is nothing to answer."))
    if row.kind in _TOGETHER:
        joined, guests = (motion, asking) if row.kind == ContactKind.JOIN_THEIRS else (asking, motion)
        for person in await _writers(session, guests.id):
            await give_role(session, joined, person.id, Role.AUTHOR)
    await _answer(session, row, ContactState.ACCEPTED, motion, actor, base_url)
    return row


async def decline(session: AsyncSession, motion: Motion, contact_id: UUID, actor: Actor, base_url: str) -> Contact:
    """Says no, as an author of the motion that was asked; the same is not asked again."""
    row = await _to_answer(session, motion, contact_id)
    await _answer(session, row, ContactState.DECLINED, motion, actor, base_url)
    return row


async def withdraw(session: AsyncSession, motion: Motion, contact_id: UUID) -> Contact:
    """Takes back a question of this motion's that has not been answered."""
    row = await session.get(Contact, contact_id, with_for_update=True)
    if row is None or row.motion_id != motion.id:
        raise NotFound
    if row.state != ContactState.ASKED:
        raise Conflict(_("They have answered already. Load the page again to see what they say."))
    row.state = ContactState.WITHDRAWN
    _tell(session, row)
    return row


async def motion_of(session: AsyncSession, motion_id: UUID) -> Motion:
    """The motion in whose name something was asked."""
    return await session.get_one(Motion, motion_id)


async def of_motion(session: AsyncSession, actor: Actor, motion: Motion) -> list[ContactView]:
    """What has been asked from and of this motion and not been taken back, what waits for an answer first."""
    rows = await session.scalars(
        select(Contact)
        .where(
            or_(Contact.motion_id == motion.id, Contact.other_id == motion.id),
            Contact.state != ContactState.WITHDRAWN,
        )
        .order_by(Contact.asked_at.desc())
    )
    found = [await _view(session, actor, motion, row) for row in rows]
    return sorted(found, key=lambda each: (not each.waits, not each.incoming))


async def waiting_for(session: AsyncSession, actor: Actor) -> list[ContactView]:
    """The questions that the actor can answer, oldest first."""
    if actor.is_guest:
        return []
    rows = await session.execute(
        select(Contact, Motion)
        .join(Motion, Motion.id == Contact.other_id)
        .join(MotionRole, MotionRole.motion_id == Motion.id)
        .where(
            MotionRole.person_id == actor.person_id,
            MotionRole.role.in_([Role.OWNER, Role.AUTHOR]),
            Contact.state == ContactState.ASKED,
            Motion.status == Status.DRAFT,
        )
        .order_by(Contact.asked_at)
    )
    return [await _view(session, actor, motion, row) for row, motion in rows]


async def asked_of(session: AsyncSession, motion_id: UUID) -> dict[UUID, set[ContactKind]]:
    """What waits for an answer or was declined between this motion and others, by the other motion."""
    rows = await session.scalars(
        select(Contact).where(
            or_(Contact.motion_id == motion_id, Contact.other_id == motion_id),
            Contact.state.in_([ContactState.ASKED, ContactState.DECLINED, ContactState.ACCEPTED]),
        )
    )
    found: dict[UUID, set[ContactKind]] = {}
    for row in rows:
        other = row.other_id if row.motion_id == motion_id else row.motion_id
        found.setdefault(other, set()).add(ContactKind(row.kind))
    return found


async def _view(session: AsyncSession, actor: Actor, motion: Motion, row: Contact) -> ContactView:
    incoming = row.other_id == motion.id
    other_id = row.motion_id if incoming else row.other_id
    seen = await queries.one(session, actor, other_id)
    other = await session.get_one(Motion, other_id)
    let_in = row.motion_id if row.kind == ContactKind.JOIN_THEIRS else row.other_id
    names = await _writers(session, let_in) if incoming and row.kind in _TOGETHER else []
    return ContactView(
        id=row.id,
        other_id=other_id,
        association=await queries.association_name(session, other),
        association_id=other.association_id,
        title=seen.title if seen is not None else None,
        kind=ContactKind(row.kind),
        state=ContactState(row.state),
        message=row.message,
        incoming=incoming,
        names=tuple(person.name for person in names),
        motion_id=motion.id,
        motion_title=motion.title,
    )


async def _to_answer(session: AsyncSession, motion: Motion, contact_id: UUID) -> Contact:
    row = await session.get(Contact, contact_id, with_for_update=True)
    if row is None or row.other_id != motion.id:
        raise NotFound
    if row.state != ContactState.ASKED:
        raise Conflict(_("The question has been answered, or taken back. Load the page again to see how it stands."))
    return row


async def _answer(
    session: AsyncSession, row: Contact, state: ContactState, motion: Motion, actor: Actor, base_url: str
) -> None:
    row.state, row.answered_by, row.answered_at = state, actor.person_id, clock.now()
    asker = await session.get(Person, row.asked_by) if row.asked_by is not None else None
    if asker is not None and asker.email is not None:
        association = await session.get_one(Association, motion.association_id)
        await post(session, _reply(asker, association.name, row, f"{base_url}/motions/{row.motion_id}/contacts"))
    _tell(session, row)


async def _check_not_asked(
    session: AsyncSession, motion: Motion, other_id: UUID, kind: ContactKind, association: str
) -> None:
    kinds = _TOGETHER if kind in _TOGETHER else (kind,)
    for held in await _between(session, motion.id, other_id, kinds):
        if held.state == ContactState.ASKED:
            raise Conflict(
                _("{association} waits for an answer from you already.", association=association)
                if held.motion_id == other_id
                else _("You have asked {association} already. Their answer comes here.", association=association)
            )
        if held.motion_id == motion.id and held.state == ContactState.DECLINED:
            raise Conflict(_("{association} has said no. They can still turn to you.", association=association))
    if await _waiting(session, motion.id) >= MOST_WAITING:
        raise Conflict(
            _("{n} questions of yours wait for an answer. Wait for some, or take one back first.", n=MOST_WAITING)
        )


async def tell_of_showing(
    session: AsyncSession, motion: Motion, neighbour: showing.Neighbour, actor: Actor, base_url: str
) -> None:
    """Mails the other motion's authors that this one's want to show each other theirs, or have agreed to."""
    own = await queries.association_name(session, motion)
    other = await session.get_one(Motion, neighbour.motion_id)
    for person in await _writers(session, other.id):
        if person.email is None:
            continue
        values = {
            "name": person.name,
            "asker": actor.name,
            "own": own,
            "title": _named(other.title),
            "link": f"{base_url}/motions/{other.id}/contacts",
        }
        if neighbour.asked:
            text = _(
                "Hello {name},\n\n{own} has agreed: now you see each other's title and demands.\n\n{link}", **values
            )
        else:
            text = _(
                "Hello {name},\n\n{asker} in {own} writes on the same theme as you do in “{title}”, and asks whether "
                "you want to show each other title and demands. Neither has seen anything yet.\n\n"
                "Answer here:\n\n{link}",
                **values,
            )
        await post(session, Mail(person.email, " ".join(_("{own} writes on the same theme", own=own).split()), text))


def _check_drafts(*motions: Motion) -> None:
    if any(motion.status != Status.DRAFT for motion in motions):
        raise Conflict(_("One of the motions has been handed in, so this can no longer be asked or answered."))


async def _between(
    session: AsyncSession, motion_id: UUID, other_id: UUID, kinds: Sequence[ContactKind]
) -> list[Contact]:
    rows = await session.scalars(
        select(Contact).where(
            Contact.motion_id.in_([motion_id, other_id]),
            Contact.other_id.in_([motion_id, other_id]),
            Contact.kind.in_(kinds),
        )
    )
    return list(rows)


async def _waiting(session: AsyncSession, motion_id: UUID) -> int:
    query = select(func.count()).where(Contact.motion_id == motion_id, Contact.state == ContactState.ASKED)
    return int(await session.scalar(query) or 0)


async def _writers(session: AsyncSession, motion_id: UUID) -> list[Person]:
    """Those who write in the motion, guests left out: they came to this one motion by a link."""
    rows = await session.scalars(
        select(Person)
        .join(MotionRole, MotionRole.person_id == Person.id)
        .where(
            MotionRole.motion_id == motion_id,
            MotionRole.role.in_([Role.OWNER, Role.AUTHOR]),
            Person.is_guest.is_(False),
        )
        .order_by(MotionRole.added_at, Person.name)
    )
    return list(rows)


def _tell(session: AsyncSession, row: Contact) -> None:
    announce(session, ContactsChanged(row.motion_id))
    announce(session, ContactsChanged(row.other_id))


def _named(title: str) -> str:
    return " ".join(title.split()) or _("Untitled motion")


def _question(person: Person, actor: Actor, own: str, title: str, row: Contact, link: str) -> Mail:
    """To an author of the motion that was asked: it names that motion, and of the other one only whose it is."""
    values = {
        "name": person.name,
        "asker": actor.name,
        "own": own,
        "title": title,
        "message": f"”{row.message}”\n\n" if row.message else "",
        "link": link,
    }
    if row.kind in _TOGETHER:
        text = _(
            "Hello {name},\n\n{asker} in {own} asks whether you want to write together. It is about your motion "
            "“{title}”.\n\n{message}Read what it means and answer here:\n\n{link}",
            **values,
        )
        subject = _("Will you write together with {own}?", own=own)
    else:
        text = _(
            "Hello {name},\n\n{asker} in {own} offers to stand behind your motion “{title}”.\n\n"
            "{message}Answer here:\n\n{link}",
            **values,
        )
        subject = _("{own} offers to stand behind your motion", own=own)
    return Mail(_one(person), " ".join(subject.split()), text)


def _reply(asker: Person, association: str, row: Contact, link: str) -> Mail:
    values = {"name": asker.name, "association": association, "link": link}
    if row.state == ContactState.ACCEPTED:
        text = _("Hello {name},\n\n{association} says yes to what you asked. Go on here:\n\n{link}", **values)
        subject = _("{association} says yes", association=association)
    else:
        text = _("Hello {name},\n\n{association} says no to what you asked this time.\n\n{link}", **values)
        subject = _("{association} says no", association=association)
    return Mail(_one(asker), " ".join(subject.split()), text)


def _one(person: Person) -> str:
    assert person.email is not None
    return person.email
