"""What pages and the API show of a motion's co-signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.associations.models import Association
from app.cosigning.actions import backed_demands
from app.cosigning.models import BackedDemand, CoSignature, State
from app.cosigning.staleness import Difference, differences
from app.documents.text import Demand, MotionText
from app.motions import queries
from app.motions.models import Motion


@dataclass(frozen=True, slots=True)
class CoSignatureView:
    """A co-signature beside the text as it is now. `numbers` are the demands that it covers, by their places now;
    None for the whole motion."""

    id: UUID
    motion_id: UUID
    association_id: UUID
    association: str
    state: State
    decided_by: str | None
    decided_on: date | None
    paragraph: str | None
    message: str
    demand_ids: tuple[str, ...]
    numbers: tuple[int, ...] | None
    differences: tuple[Difference, ...]

    @property
    def needs_reconfirmation(self) -> bool:
        return bool(self.differences)

    @property
    def stands(self) -> bool:
        """Whether the association backs the motion, be it by intention or decision."""
        return self.state in {State.INTENDS, State.DECIDED}


def view(
    row: CoSignature, association: str, backed: Sequence[BackedDemand], demands: Sequence[Demand]
) -> CoSignatureView:
    places = {demand.id: number for number, demand in enumerate(demands, start=1)}
    ids = tuple(was.demand_id for was in backed)
    return CoSignatureView(
        id=row.id,
        motion_id=row.motion_id,
        association_id=row.association_id,
        association=association,
        state=State(row.state),
        decided_by=row.decided_by,
        decided_on=row.decided_on,
        paragraph=row.paragraph,
        message=row.message,
        demand_ids=ids,
        numbers=None if row.covers_all else tuple(sorted(places[id_] for id_ in ids if id_ in places)),
        differences=differences(row, backed, demands),
    )


async def of_motion(session: AsyncSession, motion_id: UUID, text: MotionText) -> list[CoSignatureView]:
    """All co-signatures of a motion, in the order in which they came about."""
    rows = (
        await session.execute(
            select(CoSignature, Association.name)
            .join(Association, Association.id == CoSignature.association_id)
            .where(CoSignature.motion_id == motion_id)
            .order_by(CoSignature.id)
        )
    ).all()
    backed = await _by_co_signature(session, [row.id for row, _name in rows])
    return [view(row, name, backed.get(row.id, []), text.demands) for row, name in rows]


async def _by_co_signature(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[BackedDemand]]:
    grouped: dict[UUID, list[BackedDemand]] = {}
    for was in await backed_demands(session, ids):
        grouped.setdefault(was.co_signature_id, []).append(was)
    return grouped


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that an association has to answer."""

    motion_id: UUID
    title: str
    by: str
    co_signature: CoSignatureView


async def waiting_for(session: AsyncSession, actor: Actor) -> list[ToDo]:
    """Requests that the actor can answer, and backings that need to be confirmed again, oldest first.

    Goes by the projected demands, which are within two seconds of the live text.
    """
    rows = (
        await session.execute(
            select(CoSignature, Association.name, Motion)
            .join(Association, Association.id == CoSignature.association_id)
            .join(Motion, Motion.id == CoSignature.motion_id)
            .where(
                CoSignature.association_id.in_(actor.mandates),
                CoSignature.state.in_([State.REQUESTED, State.INTENDS, State.DECIDED]),
            )
            .order_by(CoSignature.changed_at)
        )
    ).all()
    backed = await _by_co_signature(session, [row.id for row, _name, _motion in rows])
    found: list[ToDo] = []
    for row, name, motion in rows:
        demands = [Demand(demand.id, demand.text) for demand in await queries.demands_of(session, motion.id)]
        shown = view(row, name, backed.get(row.id, []), demands)
        if shown.state is State.REQUESTED or shown.needs_reconfirmation:
            found.append(ToDo(motion.id, motion.title, await queries.association_name(session, motion), shown))
    return found
