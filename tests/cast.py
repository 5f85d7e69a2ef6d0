"""A district of three associations with a call, a motion of Astrid's, and the people around it; made by the same
actions that users run."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.access.actor import Actor
from app.access.roles import Role, Visibility
from app.associations.actions import add_member
from app.associations.actions import find_or_add as add_association
from app.associations.models import Association, Kind
from app.associations.queries import actor_of
from app.calls.actions import find_or_add as add_call
from app.calls.models import Call
from app.documents.desk import StoreDesk
from app.kit import clock
from app.kit.db import Database
from app.motions.actions import NewMotion, give_role, set_visibility, start_motion
from app.motions.gate import OpenedMotion, subject_of
from app.motions.models import Motion
from app.people.actions import add_guest, add_person
from app.people.models import Person

DEMANDS = ("att bussen ska gå varje timme", "att biljetten ska gälla i hela länet")


@dataclass(frozen=True)
class Cast:
    """Astrid owns the motion of Norra; Bo has the mandate of Södra; Ove is a member of Östra and nothing to the motion;
    Gun is a guest who writes in it; Mia writes in it as a member."""

    database: Database
    desk: StoreDesk
    north: Association
    south: Association
    east: Association
    call: Call
    motion: Motion
    astrid: Person
    bo: Person
    ove: Person
    gun: Person
    mia: Person

    async def actor(self, person: Person) -> Actor:
        async with self.database.reading() as session:
            return await actor_of(session, person)

    async def opened(self, person: Person | None = None) -> OpenedMotion:
        """The motion as the person's request would have it."""
        actor = await self.actor(person or self.astrid)
        async with self.database.reading() as session:
            motion = await session.get_one(Motion, self.motion.id)
            return OpenedMotion(motion, await subject_of(session, motion), actor)

    async def change_call(self, **values: Any) -> None:
        async with self.database.writing() as session:
            call = await session.get_one(Call, self.call.id)
            for name, value in values.items():
                setattr(call, name, value)

    async def open_to_members(self) -> None:
        async with self.database.writing() as session:
            await set_visibility(session, self.motion.id, Visibility.TEXT)

    async def another_motion(self, title: str, owner: Person, **given: Any) -> UUID:
        async with self.database.writing() as session:
            new = NewMotion(
                title=title,
                demands=DEMANDS,
                association_id=given.pop("association_id", self.south.id),
                call_id=given.pop("call_id", self.call.id),
                owner_id=owner.id,
                **given,
            )
            return (await start_motion(session, new)).id


async def assemble(database: Database) -> Cast:
    async with database.writing() as session:
        district = await add_association(session, "Distriktet", kind=Kind.DISTRICT)
        north, south, east = [await add_association(session, name) for name in ("Norra", "Södra", "Östra")]
        astrid, bo, ove, mia = [
            await add_person(session, name, f"{name.split()[0].lower()}@example.org")
            for name in ("Astrid Lind", "Bo Ek", "Ove Ås", "Mia Berg")
        ]
        gun = await add_guest(session, "Gun")
        await add_member(session, north.id, astrid.id, is_officer=True, has_mandate=True)
        await add_member(session, south.id, bo.id, has_mandate=True)
        await add_member(session, east.id, ove.id)
        await add_member(session, north.id, mia.id)
        call = await add_call(session, "Kongressen", association_id=district.id)
        call.recipient, call.deadline_at = "Partidistriktet", clock.now() + timedelta(days=30)
        new = NewMotion(
            title="Bättre bussar",
            body="Bussen går för sällan.\nVi vill åka mer.",
            demands=DEMANDS,
            association_id=north.id,
            call_id=call.id,
            owner_id=astrid.id,
        )
        motion = await start_motion(session, new)
        await give_role(session, motion, gun.id, Role.AUTHOR)
        await give_role(session, motion, mia.id, Role.AUTHOR)
    return Cast(database, StoreDesk(database), north, south, east, call, motion, astrid, bo, ove, gun, mia)
