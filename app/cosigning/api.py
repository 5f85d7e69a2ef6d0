"""Co-signatures over HTTP for programs."""

from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from app.associations import queries as associations
from app.cosigning import actions, views
from app.cosigning.models import State
from app.cosigning.routes import OwnCoSignature, mandate
from app.kit.errors import Invalid
from app.kit.i18n import _
from app.motions.gate import MotionToRead
from app.web.deps import Db

router = APIRouter(prefix="/api/v1/motions/{motion_id}/co-signatures", tags=["co-signatures"])


class CoSignatureIn(BaseModel):
    """`association` is a name or an id; `demands` are ids, all when left out."""

    model_config = ConfigDict(extra="forbid")

    association: str = Field(max_length=200)
    state: Literal["intends", "decided"]
    decided_by: str = ""
    decided_on: date | None = None
    paragraph: str = ""
    demands: list[str] | None = None


class CoSignatureOut(BaseModel):
    id: UUID
    association: str
    state: str
    demands: list[str]
    needs_reconfirmation: bool
    decided_by: str | None
    decided_on: date | None
    paragraph: str | None


def shown(view: views.CoSignatureView) -> CoSignatureOut:
    return CoSignatureOut(
        id=view.id,
        association=view.association,
        state=view.state,
        demands=list(view.demand_ids),
        needs_reconfirmation=view.needs_reconfirmation,
        decided_by=view.decided_by,
        decided_on=view.decided_on,
        paragraph=view.paragraph,
    )


async def _association_id(database: Db, given: str) -> UUID:
    async with database.reading() as session:
        found = await associations.by_name(session, given)
        if found is None:
            try:
                found = (await associations.by_ids(session, {UUID(given)})).get(UUID(given))
            except ValueError:
                found = None
    if found is None:
        raise Invalid(_("There is no association called {name}.", name=given), fields={"association": given})
    return found.id


async def _answer(request: Request, opened: MotionToRead, co_signature_id: UUID) -> CoSignatureOut:
    text = await request.app.state.desk.read(opened.motion.document_id)
    async with request.app.state.database.reading() as session:
        all_of_it = await views.of_motion(session, opened.motion.id, text)
    return next(shown(each) for each in all_of_it if each.id == co_signature_id)


@router.post("", status_code=201)
async def record(request: Request, opened: MotionToRead, database: Db, given: CoSignatureIn) -> CoSignatureOut:
    """Records that an association intends to back the motion, or has decided to; takes the association's mandate."""
    association_id = await _association_id(database, given.association)
    mandate(opened.actor, association_id)
    text = await request.app.state.desk.read(opened.motion.document_id)
    decision = actions.Decision(
        state=State(given.state),
        decided_by=given.decided_by,
        decided_on=given.decided_on,
        paragraph=given.paragraph,
        demands=None if given.demands is None else frozenset(given.demands),
    )
    async with database.writing() as session:
        row = await actions.record(session, opened.motion, association_id, opened.person, decision, text)
    return await _answer(request, opened, row.id)


@router.post("/{co_signature_id}/reconfirmation", status_code=201)
async def reconfirm(request: Request, own: OwnCoSignature, database: Db) -> CoSignatureOut:
    """Backs the text as it is now."""
    opened, row = own
    text = await request.app.state.desk.read(opened.motion.document_id)
    async with database.writing() as session:
        await actions.reconfirm(session, opened.motion, row.id, opened.person, text, None)
    return await _answer(request, opened, row.id)


@router.delete("/{co_signature_id}", status_code=204)
async def withdraw(own: OwnCoSignature, database: Db) -> None:
    opened, row = own
    async with database.writing() as session:
        await actions.leave(session, opened.motion, row.id, opened.person)
