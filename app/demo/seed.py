"""Seeds the demo's district, and tells where to click."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.access.roles import Visibility
from app.associations.actions import add_member
from app.associations.actions import find_or_add as find_or_add_association
from app.associations.models import Association, Kind
from app.associations.queries import actor_of
from app.calls.actions import find_or_add as find_or_add_call
from app.calls.models import Call
from app.cosigning.actions import Decision, record
from app.cosigning.models import State
from app.documents.desk import StoreDesk
from app.documents.text import Block, Span
from app.kit import clock
from app.kit.db import Database
from app.kit.i18n import _
from app.motions.actions import NewMotion, set_visibility, start_motion
from app.motions.gate import OpenedMotion, subject_of
from app.motions.models import Motion
from app.people.actions import add_person, new_sign_in_link
from app.people.models import Person
from app.people.queries import person_by_email
from app.settings import Settings
from app.submissions.actions import submit

WORLD = Path(__file__).with_name("motions.json")
#: Those whose sign-in links are printed: who writes, who is asked, who calls for motions.
GUIDED = ("astrid", "sigrid", "dagny")


def prepare(settings: Settings, host: str, port: int) -> Settings:
    """Settings under which the demo's own links work, wherever it is served."""
    if settings.base_url != Settings(data_dir=settings.data_dir, secret_key="", database_url="").base_url:
        return settings
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared with, not bound to
    return replace(settings, base_url=f"http://{shown}:{port}")


async def guide(settings: Settings) -> None:
    """Seeds an empty database, then prints addresses and fresh sign-in links."""
    database = Database(settings.database_url)
    world = json.loads(WORLD.read_text("utf-8"))
    try:
        async with database.reading() as session:
            empty = not await session.scalar(select(func.count()).select_from(Person))
        if empty:
            await seed(database, world)
        lines = ["", _("Motionsverkstad runs at {address}", address=settings.base_url), ""]
        for key in GUIDED:
            person = next(each for each in world["people"] if each["key"] == key)
            async with database.writing() as session:
                held = await person_by_email(session, person["email"])
                if held is None:
                    continue
                token = await new_sign_in_link(session, held.id)
            lines.append(f"  {person['name']} ({person['association']})")
            lines.append(f"    {settings.base_url}/sign-in/{token}")
        lines += ["", _("Mail that the demo sends: {address}", address=f"{settings.base_url}/demo/mail"), ""]
        print("\n".join(lines), flush=True)
    finally:
        await database.close()


async def seed(database: Database, world: Mapping[str, Any]) -> None:
    """Makes the whole district. Each step is what a person's click would have done."""
    people = await _people_and_associations(database, world)
    now = clock.now()
    earlier = world["call"]["earlier_call"]
    # What was handed in before the last congress was handed in then.
    with clock.frozen(now - timedelta(days=earlier["deadline_days_ago"] + 14)):
        await _add_call(database, world["district"], earlier, timedelta(days=14))
        for motion in world["motions"]:
            if motion["call"] == earlier["name"]:
                await _add_motion(database, people, motion, hand_in=True)
    with clock.frozen(now - timedelta(days=20)):
        await _add_call(
            database, world["district"], world["call"], timedelta(days=20 + world["call"]["deadline_days_ahead"])
        )
    for number, motion in enumerate(m for m in world["motions"] if m["call"] != earlier["name"]):
        with clock.frozen(now - timedelta(days=18) + timedelta(hours=10 * number)):
            await _add_motion(database, people, motion, hand_in=False)
    for motion in world["motions"]:
        for given in motion.get("co_signatures") or ():
            await _add_backing(database, people, motion, given)


async def _people_and_associations(database: Database, world: Mapping[str, Any]) -> dict[str, Person]:
    """The people who have accounts, by e-mail address."""
    people: dict[str, Person] = {}
    async with database.writing() as session:
        add = partial(find_or_add_association, session)
        district = await add(world["district"], kind=Kind.DISTRICT)
        for circuit in world["circuits"]:
            parent = await add(circuit["name"], kind=Kind.CIRCUIT, parent_id=district.id)
            for name in circuit["associations"]:
                await add(name, parent_id=parent.id)
        for given in world["people"]:
            if not given["account"]:
                continue
            person = await add_person(session, given["name"], given["email"], is_admin=given["admin"])
            people[given["email"]] = person
            if given["association"]:
                association = await add(given["association"])
                await add_member(
                    session,
                    association.id,
                    person.id,
                    is_officer=given["motions_officer"],
                    has_mandate=given["mandate"],
                )
    return people


async def _add_call(database: Database, district: str, given: Mapping[str, Any], ahead: timedelta) -> None:
    async with database.writing() as session:
        caller = await find_or_add_association(session, district)
        call = await find_or_add_call(session, given["name"], association_id=caller.id)
        call.recipient = given["recipient"]
        call.introduction = given["introduction"]
        call.template = given.get("template") or {}
        # Motions are due when the day is over.
        day = (clock.now() + ahead).astimezone(clock.STOCKHOLM)
        call.deadline_at = day.replace(hour=23, minute=59, second=0, microsecond=0)


def _blocks(body: str) -> list[Block]:
    return [
        Block("heading", (Span(line[3:].strip()),), level=2)
        if line.startswith("## ")
        else Block("paragraph", (Span(line),))
        for line in body.split("\n")
    ]


async def _add_motion(
    database: Database, people: Mapping[str, Person], given: Mapping[str, Any], *, hand_in: bool
) -> None:
    owner = people[given["author"]]
    async with database.writing() as session:
        association = await find_or_add_association(session, given["association"])
        call = await find_or_add_call(session, given["call"])
        motion = await start_motion(
            session,
            NewMotion(
                title=given["title"],
                body=_blocks(given["body"]),
                demands=given["demands"],
                association_id=association.id,
                call_id=call.id,
                owner_id=owner.id,
                theme=given["theme"],
                external_id=given["key"],
            ),
        )
        await set_visibility(session, motion.id, Visibility(given["visibility"]))
    if hand_in:
        async with database.reading() as session:
            fresh = await session.get_one(Motion, motion.id)
            opened = OpenedMotion(fresh, await subject_of(session, fresh), await actor_of(session, owner))
        await submit(database, StoreDesk(database), opened, opened.person)


async def _add_backing(
    database: Database, people: Mapping[str, Person], given: Mapping[str, Any], backing: Mapping[str, Any]
) -> None:
    async with database.reading() as session:
        motion = (await session.scalars(select(Motion).join(Call).where(Motion.external_id == given["key"]))).one()
        association = (
            await session.scalars(select(Association).where(Association.name == backing["association"]))
        ).one()
        actors = [await actor_of(session, person) for person in people.values()]
    actor = next(each for each in actors if association.id in each.mandates)
    text = await StoreDesk(database).read(motion.document_id)
    chosen = backing["demands"]
    days_ago = backing["decided_days_ago"]
    decision = Decision(
        state=State(backing["state"]),
        decided_by=backing["decided_by"] or "",
        decided_on=None if days_ago is None else (clock.now() - timedelta(days=days_ago)).date(),
        paragraph=backing["paragraph"] or "",
        demands=None if chosen is None else _ids(text.demands, chosen),
    )
    async with database.writing() as session:
        await record(session, motion, association.id, actor, decision, text)


def _ids(demands: Any, numbers: list[int]) -> frozenset[str]:
    return frozenset(demands[number - 1].id for number in numbers)
