"""What pages and the API show of a motion's comments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.documents.text import MotionText
from app.feedback.comments import BODY, TITLE, can_be_taken_back
from app.feedback.models import Comment
from app.people.models import Person


class Show(StrEnum):
    """Which threads are listed."""

    OPEN = "open"
    RESOLVED = "resolved"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment or reply. `text` is "" for one that was removed, unless its author can still take it back."""

    id: UUID
    author_id: UUID | None
    author: str
    color: int
    text: str
    created_at: datetime
    edited_at: datetime | None
    mine: bool
    removed: bool
    restorable: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its replies. `number` is that of the demand it is about, None for title, body, and for a demand
    that has been struck. `start` and `end` are places that only a browser can resolve."""

    first: Shown
    replies: tuple[Shown, ...]
    target: str
    number: int | None
    start: str | None
    end: str | None
    quote: str
    resolved_at: datetime | None
    resolved_by: str | None

    @property
    def struck(self) -> bool:
        """Whether the demand that it is about no longer stands."""
        return self.number is None and self.target not in {TITLE, BODY}

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    def of(self, person_id: UUID) -> bool:
        """Whether the person has taken part in it."""
        return any(each.author_id == person_id for each in (self.first, *self.replies))


async def of_motion(session: AsyncSession, motion_id: UUID, actor: Actor, text: MotionText) -> list[Thread]:
    """All threads, in the order of the text that they are about, and the oldest first of those about the same part."""
    query = select(Comment).where(Comment.motion_id == motion_id).order_by(Comment.created_at, Comment.id)
    rows = list(await session.scalars(query))
    people = await _people(session, rows)
    replies: dict[UUID, list[Shown]] = {}
    for row in rows:
        if row.parent_id is not None and (shown := _shown(row, actor, people)) is not None:
            replies.setdefault(row.parent_id, []).append(shown)
    numbers = {demand.id: number for number, demand in enumerate(text.demands, start=1)}
    threads = []
    for row in rows:
        if row.parent_id is not None:
            continue
        first = _shown(row, actor, people, keep=row.id in replies)
        if first is not None:
            threads.append(
                Thread(
                    first=first,
                    replies=tuple(replies.get(row.id, ())),
                    target=row.target,
                    number=numbers.get(row.target),
                    start=row.anchor_from,
                    end=row.anchor_to,
                    quote=row.quote,
                    resolved_at=row.resolved_at,
                    resolved_by=_name(people, row.resolved_by) if row.resolved_by else None,
                )
            )
    order = {TITLE: -2, BODY: -1, **numbers}
    return sorted(threads, key=lambda thread: order.get(thread.target, len(numbers) + 1))


def chosen(threads: Iterable[Thread], show: Show, actor: Actor) -> list[Thread]:
    if show is Show.MINE:
        return [thread for thread in threads if thread.of(actor.person_id)]
    return [thread for thread in threads if thread.is_open is (show is Show.OPEN)]


async def _people(session: AsyncSession, rows: Sequence[Comment]) -> dict[UUID, Person]:
    ids = {row.author_id for row in rows} | {row.resolved_by for row in rows}
    found = await session.scalars(select(Person).where(Person.id.in_(ids - {None})))
    return {person.id: person for person in found}


def _name(people: Mapping[UUID, Person], person_id: UUID | None) -> str:
    person = people.get(person_id) if person_id is not None else None
    return person.name if person is not None else ""


def _shown(row: Comment, actor: Actor, people: Mapping[UUID, Person], *, keep: bool = False) -> Shown | None:
    """None for one that was removed, unless there is a reason to show that it was."""
    mine = row.author_id is not None and row.author_id == actor.person_id
    restorable = mine and can_be_taken_back(row)
    if row.removed_at is not None and not (keep or restorable):
        return None
    author = people.get(row.author_id) if row.author_id is not None else None
    return Shown(
        id=row.id,
        author_id=row.author_id,
        author=author.name if author is not None else "",
        color=author.color if author is not None else 0,
        text=row.text if row.removed_at is None else "",
        created_at=row.created_at,
        edited_at=row.edited_at,
        mine=mine,
        removed=row.removed_at is not None,
        restorable=restorable,
    )
