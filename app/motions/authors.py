"""Who wrote how much of a motion, and who of them wants to be named as its author."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.roles import Role
from app.documents import store
from app.documents.credits import Credit, characters, noted
from app.documents.engine import Replica
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.i18n import _
from app.motions import queries
from app.motions.models import Authorship, Motion
from app.people.models import Person

#: Whoever has written so large a part, or so many characters, is suggested as an author.
SUGGESTED_PART = 0.1
SUGGESTED_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Share:
    """What of the text somebody has written; `person_id` and `name` are None for nobody that is known. `named`: wants
    to be named, or not, None without an answer; the owner always is."""

    person_id: UUID | None
    name: str | None
    characters: int
    percent: int
    is_owner: bool
    named: bool | None
    asked: bool

    @property
    def is_suggested(self) -> bool:
        wrote = self.percent >= 100 * SUGGESTED_PART or self.characters >= SUGGESTED_CHARACTERS
        return self.person_id is not None and not self.asked and self.named is None and wrote


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


async def shares(session: AsyncSession, motion: Motion) -> list[Share]:
    """Everybody who has written something that still stands, the largest part first; what nobody is known for last.
    Those who have been asked, or have answered, are there too."""
    stored = await store.load(session, motion.document_id)
    notes = await noted(session, motion.document_id)
    found = await asyncio.to_thread(_characters, stored.parts, notes)
    rows = await session.scalars(select(Authorship).where(Authorship.motion_id == motion.id))
    answers = {row.person_id: row for row in rows}
    wanted = {person_id for person_id in (*found, *answers) if person_id is not None}
    rows_of_people = await session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    people = {person.id: person.name for person in rows_of_people}
    owners = {id_ for id_, _name, role in await queries.people_of(session, motion.id) if role == Role.OWNER}
    # Somebody who has been removed since is nobody that is known.
    unknown = sum(count for person_id, count in found.items() if person_id not in people)
    whole = sum(found.values()) or 1
    shown = []
    for person_id, name in people.items():
        count, answer = found.get(person_id, 0), answers.get(person_id)
        named = True if person_id in owners else answer.named if answer is not None else None
        share = Share(
            person_id, name, count, round(100 * count / whole), person_id in owners, named, asked=answer is not None
        )
        shown.append(share)
    shown.sort(key=lambda share: (-share.characters, share.name or ""))
    if unknown:
        shown.append(Share(None, None, unknown, round(100 * unknown / whole), is_owner=False, named=None, asked=False))
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


async def ask(session: AsyncSession, motion: Motion, person_id: UUID) -> None:
    """Asks somebody who has written in the motion. Raises Invalid for anybody else."""
    if person_id not in {share.person_id for share in await shares(session, motion)}:
        raise Invalid(_("Only somebody who has written in the motion can be asked."))
    if await session.get(Authorship, (motion.id, person_id)) is None:
        session.add(Authorship(motion_id=motion.id, person_id=person_id, named=None, asked_at=clock.now()))
        await session.flush()
