"""Matching over HTTP for programs."""

from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app.matching import cards
from app.matching.search import MAX_RESULTS, Found, find, query_of
from app.motions.actions import check_size
from app.motions.gate import MotionToRead
from app.web.deps import Member

router = APIRouter(prefix="/api/v1", tags=["matching"])


class MatchIn(BaseModel):
    """A text that is nowhere stored."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""
    body: str = ""
    demands: list[str] = []
    limit: int = Field(default=10, ge=1, le=MAX_RESULTS)


class DemandPairOut(BaseModel):
    """Two demands that correspond; `relation` is same, similar, opposite or topic."""

    mine: str
    theirs: str
    score: float
    relation: str


class MatchOut(BaseModel):
    """`is_earlier`: the motion belongs to a call that is over, and can't be backed any more."""

    id: UUID
    external_id: str | None
    title: str
    association: str
    call: str
    is_earlier: bool
    score: float
    reasons: list[str]
    demand_pairs: list[DemandPairOut]


class MatchesOut(BaseModel):
    """Best first."""

    results: list[MatchOut]


def _shown(found: list[Found]) -> MatchesOut:
    return MatchesOut(
        results=[
            MatchOut(
                id=each.motion.id,
                external_id=each.motion.external_id,
                title=each.motion.title,
                association=each.association,
                call=each.call.name,
                is_earlier=each.is_earlier,
                score=each.score,
                reasons=list(each.reasons),
                demand_pairs=[
                    DemandPairOut(
                        mine=pair.mine.text, theirs=pair.theirs.text, score=pair.score, relation=pair.relation
                    )
                    for pair in each.pairs
                ],
            )
            for each in found
        ]
    )


@router.post("/match")
async def match(request: Request, actor: Member, given: MatchIn) -> MatchesOut:
    """The motions that resemble a text, of those that the caller may see. The text leaves no trace."""
    check_size(None, given.body, given.demands)
    demands = tuple(cards.Demand(str(number), text) for number, text in enumerate(given.demands, start=1))
    state = request.app.state
    query = cards.Query(given.title, given.body, demands)
    return _shown(await find(state.database, state.matching, actor, query, limit=given.limit))


@router.get("/motions/{motion_id}/similar")
async def similar(
    request: Request, opened: MotionToRead, limit: int = Query(default=10, ge=1, le=MAX_RESULTS)
) -> MatchesOut:
    """The motions that resemble this one as it reads now, itself left out."""
    state = request.app.state
    text = await state.desk.read(opened.motion.document_id)
    found = await find(
        state.database, state.matching, opened.person, query_of(text), leave_out=[opened.motion.id], limit=limit
    )
    return _shown(found)
