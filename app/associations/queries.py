"""Looking up associations, and the actor that a person is."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import FromClause, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.associations.models import Association, Kind, Membership
from app.kit import clock
from app.kit.ids import digest
from app.people.models import ApiToken, LoginSession, Person

_people, _memberships = Person.__table__, Membership.__table__
_sessions, _api_tokens = LoginSession.__table__, ApiToken.__table__


def _actors(key: Any, source: FromClause) -> Select[Any]:
    """`key` and all of the actor, in a row for each membership; `source` holds the people."""
    whole = source.outerjoin(_memberships, _memberships.c.person_id == _people.c.id)
    return (
        select(key, *(_people.c[name] for name in ("id", "name", "color", "is_guest", "is_admin")))
        .add_columns(*(_memberships.c[name] for name in ("association_id", "has_mandate", "is_officer")))
        .select_from(whole)
        .where(key.in_(bindparam("keys", expanding=True)))
    )


#: Built once, and of columns alone: they are asked for every page, and for everybody who comes to a live text.
_OF_SESSIONS: Final = _actors(_sessions.c.digest, _sessions.join(_people, _people.c.id == _sessions.c.person_id)).where(
    _sessions.c.expires_at > bindparam("now")
)
_OF_API_TOKENS: Final = _actors(
    _api_tokens.c.digest, _api_tokens.join(_people, _people.c.id == _api_tokens.c.person_id)
).where(_api_tokens.c.revoked_at.is_(None))
_BY_ID: Final = _actors(_people.c.id, _people)


def actors_of_sessions(session: Session, tokens: Collection[str]) -> dict[str, Actor]:
    """Those whose browsers hold these session tokens; none for tokens that have run out or never were."""
    digests = {digest(token): token for token in tokens}
    rows = session.execute(_OF_SESSIONS, {"keys": list(digests), "now": clock.now()}) if tokens else ()
    return {digests[held]: actor for held, actor in _gathered(rows).items()}


def actors_of_api_tokens(session: Session, tokens: Collection[str]) -> dict[str, Actor]:
    """Those for whom programs with these tokens act; none for tokens that were withdrawn or never were."""
    digests = {digest(token): token for token in tokens}
    rows = session.execute(_OF_API_TOKENS, {"keys": list(digests)}) if tokens else ()
    return {digests[held]: actor for held, actor in _gathered(rows).items()}


def actors_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, Actor]:
    """The people who are stored under these ids, as actors."""
    return _gathered(session.execute(_BY_ID, {"keys": list(ids)}) if ids else ())


def _gathered(rows: Iterable[Sequence[Any]]) -> dict[Any, Actor]:
    people: dict[Any, tuple[UUID, str, int, bool, bool]] = {}
    held: dict[Any, list[tuple[UUID, bool, bool]]] = {}
    for key, *person, association_id, has_mandate, is_officer in rows:
        people[key] = tuple(person)
        memberships = held.setdefault(key, [])
        if association_id is not None:
            memberships.append((association_id, has_mandate, is_officer))
    return {
        key: Actor(
            *person,
            memberships=frozenset(id_ for id_, _, _ in held[key]),
            mandates=frozenset(id_ for id_, has_mandate, _ in held[key] if has_mandate),
            offices=frozenset(id_ for id_, _, is_officer in held[key] if is_officer),
        )
        for key, person in people.items()
    }


async def actor_of_session(session: AsyncSession, token: str) -> Actor | None:
    """The one whose browser holds this session token, unless it has run out."""
    return (await session.run_sync(actors_of_sessions, {token})).get(token)


async def actor_of_api_token(session: AsyncSession, token: str) -> Actor | None:
    """The one for whom a program with this token acts, unless the token was withdrawn."""
    return (await session.run_sync(actors_of_api_tokens, {token})).get(token)


async def actor_of(session: AsyncSession, person: Person) -> Actor:
    """The person with all that the permission table asks about."""
    return (await session.run_sync(actors_of, [person]))[person.id]


def actors_of(session: Session, people: Collection[Person]) -> dict[UUID, Actor]:
    """The people with all that the permission table asks about, by their ids."""
    held: dict[UUID, list[Membership]] = {person.id: [] for person in people}
    if held:
        for row in session.scalars(select(Membership).where(Membership.person_id.in_(held))):
            held[row.person_id].append(row)
    return {
        person.id: Actor(
            person_id=person.id,
            name=person.name,
            color=person.color,
            is_guest=person.is_guest,
            is_admin=person.is_admin,
            memberships=frozenset(row.association_id for row in held[person.id]),
            mandates=frozenset(row.association_id for row in held[person.id] if row.has_mandate),
            offices=frozenset(row.association_id for row in held[person.id] if row.is_officer),
        )
        for person in people
    }


async def by_ids(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Association]:
    rows = await session.scalars(select(Association).where(Association.id.in_(ids)))
    return {row.id: row for row in rows}


async def by_name(session: AsyncSession, name: str) -> Association | None:
    return await session.scalar(select(Association).where(Association.name == " ".join(name.split())))


async def that_can_back(session: AsyncSession) -> list[Association]:
    """The associations that can stand behind a motion, by name: all but districts, who are the recipients."""
    rows = await session.scalars(
        select(Association).where(Association.kind != Kind.DISTRICT).order_by(Association.name)
    )
    return list(rows)


async def people_with_mandate(session: AsyncSession, association_id: UUID) -> list[Person]:
    rows = await session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.association_id == association_id, Membership.has_mandate)
        .order_by(Person.name)
    )
    return list(rows)


async def circuits(session: AsyncSession) -> list[Association]:
    """The circuits and municipal branches, by name."""
    rows = await session.scalars(
        select(Association).where(Association.kind.in_([Kind.CIRCUIT, Kind.BRANCH])).order_by(Association.name)
    )
    return list(rows)


async def below(session: AsyncSession, top: UUID) -> frozenset[UUID]:
    """The association and all below it in the tree."""
    children: dict[UUID | None, list[UUID]] = {}
    for id_, parent_id in await session.execute(select(Association.id, Association.parent_id)):
        children.setdefault(parent_id, []).append(id_)
    found: set[UUID] = set()
    waiting = [top]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children.get(one, ())
    return frozenset(found)
