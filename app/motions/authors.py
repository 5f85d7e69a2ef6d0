"""Who wrote how much of a motion, and who of them wants to be named as its author."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.gate import allowed
from app.access.roles import Role
from app.access.table import Permission, Subject
from app.associations.queries import actors_of
from app.documents import store
from app.documents.credits import Credit, characters, noted
from app.documents.engine import Replica
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.i18n import _
from app.mail.mailer import Mail, post
from app.motions import queries
from app.motions.gate import subject_of
from app.motions.models import Authorship, Motion, Status
from app.people.models import Person

#: Whoever has written so large a part, or so many characters, is suggested as an author.
SUGGESTED_PART = 0.1
SUGGESTED_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Share:
    """What of the text somebody has written; `person_id` and `name` are None for nobody that is known. `named`: wants
    to be named, or not, None without an answer; the owner always is. `can_answer`: may open the motion still."""

    person_id: UUID | None
    name: str | None
    characters: int
    percent: int
    is_owner: bool
    named: bool | None
    asked: bool
    can_answer: bool

    @property
    def is_suggested(self) -> bool:
        wrote = self.percent >= 100 * SUGGESTED_PART or self.characters >= SUGGESTED_CHARACTERS
        return self.can_answer and not self.asked and self.named is None and wrote


async def names(session: AsyncSession, motion_id: UUID) -> list[str]:
    """Whose names stand under the motion: its owner's, and those of everybody who has agreed to be named."""
    people = await queries.people_of(session, motion_id)
    owners = [name for _id, name, role in people if role == Role.OWNER]
    agreed = await session.scalars(
        select(Person.name)
        .join(Authorship, Authorship.person_id == Person.id)
        .where(
            Authorship.motion_id == motion_id,
            Authorship.named.is_(True),
            Person.id.not_in([id_ for id_, _name, role in people if role == Role.OWNER]),
        )
        .order_by(Person.name, Person.id)
    )
    return [*owners, *agreed]


async def shares(session: AsyncSession, motion: Motion, subject: Subject) -> list[Share]:
    """Everybody who has written something that still stands, the largest part first; what nobody is known for last.
    Those who have been asked, or have answered, are there too."""
    stored = await store.load(session, motion.document_id)
    notes = await noted(session, motion.document_id)
    found = await asyncio.to_thread(_characters, stored.parts, notes)
    rows = await session.scalars(select(Authorship).where(Authorship.motion_id == motion.id))
    answers = {row.person_id: row for row in rows}
    wanted = {person_id for person_id in (*found, *answers) if person_id is not None}
    people = {person.id: person for person in await session.scalars(select(Person).where(Person.id.in_(wanted)))}
    actors = await session.run_sync(actors_of, people.values())
    owners = {id_ for id_, _name, role in await queries.people_of(session, motion.id) if role == Role.OWNER}
    # Somebody who has been removed since is nobody that is known.
    unknown = sum(count for person_id, count in found.items() if person_id not in people)
    whole = sum(found.values()) or 1
    shown = []
    for person_id, person in people.items():
        count, answer = found.get(person_id, 0), answers.get(person_id)
        named = True if person_id in owners else answer.named if answer is not None else None
        share = Share(
            person_id,
            person.name,
            count,
            round(100 * count / whole),
            person_id in owners,
            named,
            asked=answer is not None,
            can_answer=allowed(actors[person_id], Permission.MOTION_HISTORY, subject),
        )
        shown.append(share)
    shown.sort(key=lambda share: (-share.characters, share.name or ""))
    if unknown:
        part = round(100 * unknown / whole)
        nobody = Share(None, None, unknown, part, is_owner=False, named=None, asked=False, can_answer=False)
        shown.append(nobody)
    return shown


def _characters(parts: Sequence[bytes], notes: Sequence[Credit]) -> dict[UUID | None, int]:
    replica = Replica(parts)
    try:
        return characters(replica.state(), notes)
    finally:
        replica.close()


async def answer(session: AsyncSession, motion_id: UUID, person_id: UUID, *, named: bool) -> None:
    """The person wants to be named as an author, or not."""
    row = await session.get(Authorship, (motion_id, person_id))
    if row is None:
        row = Authorship(motion_id=motion_id, person_id=person_id)
        session.add(row)
    row.named = named
    row.answered_at = clock.now()
    await session.flush()


async def ask(session: AsyncSession, motion: Motion, subject: Subject, person_id: UUID, actor: Actor, url: str) -> None:
    """Asks somebody who has written in the motion, by mail too. Asking again changes nothing.

    Raises Invalid for somebody who has written nothing, and for who could not open the question any more.
    """
    share = next((each for each in await shares(session, motion, subject) if each.person_id == person_id), None)
    if share is None:
        raise Invalid(_("Only somebody who has written in the motion can be asked."))
    if not share.can_answer:
        raise Invalid(_("{name} is no longer in the motion. Invite them again before you ask.", name=share.name))
    if await session.get(Authorship, (motion.id, person_id)) is not None:
        return
    session.add(Authorship(motion_id=motion.id, person_id=person_id, named=None, asked_at=clock.now()))
    await session.flush()
    person = await session.get_one(Person, person_id)
    if person.email is not None:
        await post(session, _question(person.name, person.email, actor.name, motion, url))


def _question(name: str, email: str, by: str, motion: Motion, url: str) -> Mail:
    values = {
        "name": name,
        "by": by,
        "title": " ".join(motion.title.split()) or _("Untitled motion"),
        "link": f"{url}/motions/{motion.id}/authors",
    }
    text = _(
        "Hello {name},\n\n{by} asks whether you want to be named as an author of the motion “{title}”, since you have "
        "written in it. Your name stands there only if you say yes. Answer here:\n\n{link}",
        **values,
    )
    return Mail(email, _("Do you want to be named as an author?"), text)


async def waiting_for(session: AsyncSession, actor: Actor) -> list[Motion]:
    """The motions in which the actor was asked to be named, has not answered and still can, oldest question first."""
    asked = (
        select(Motion)
        .join(Authorship, Authorship.motion_id == Motion.id)
        .where(Authorship.person_id == actor.person_id, Authorship.answered_at.is_(None), Motion.status == Status.DRAFT)
        .order_by(Authorship.asked_at, Motion.id)
    )
    return [
        motion
        for motion in await session.scalars(asked)
        if allowed(actor, Permission.MOTION_HISTORY, await subject_of(session, motion))
    ]
