"""What the permission table needs to know of a call."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.access.gate import guards, require
from app.access.table import Permission, Subject
from app.calls.models import Call
from app.kit.errors import NotFound
from app.web.deps import Db, MaybeActor


def subject_of(call: Call) -> Subject:
    return Subject(association_id=call.association_id)


async def _load(database: Db, call_id: UUID) -> Call:
    async with database.reading() as session:
        call = await session.get(Call, call_id)
    if call is None:
        raise NotFound
    return call


@guards(Permission.CALL_READ)
async def _to_read(call_id: UUID, database: Db, actor: MaybeActor) -> Call:
    require(actor, Permission.CALL_READ)
    return await _load(database, call_id)


@guards(Permission.CALL_MANAGE)
async def _to_manage(call_id: UUID, database: Db, actor: MaybeActor) -> Call:
    require(actor, Permission.SIGNED_IN)
    call = await _load(database, call_id)
    require(actor, Permission.CALL_MANAGE, subject_of(call), visible=Permission.CALL_READ)
    return call


#: The call of the path, for somebody who may read it.
CallToRead = Annotated[Call, Depends(_to_read)]
#: The call of the path, for somebody who may change it.
CallToManage = Annotated[Call, Depends(_to_manage)]
