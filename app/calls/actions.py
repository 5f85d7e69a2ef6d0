"""Calls are made, their deadlines moved, and their recipients' profiles and templates changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.calls.models import Call, RecipientTemplate
from app.calls.profile import Profile
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.kit.i18n import _
from app.kit.ids import uuid7

#: Earlier templates that a call can come back to.
EARLIER_TEMPLATES = 3


async def find_or_add(session: AsyncSession, name: str, *, association_id: UUID | None = None) -> Call:
    """The call of that name, made without a deadline if there was none."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 160:
        raise Invalid(_("The name of a call has between 1 and 160 characters."))
    call = await session.scalar(select(Call).where(Call.name == name))
    if call is None:
        call = Call(id=uuid7(), name=name, association_id=association_id, template={}, created_at=clock.now())
        session.add(call)
        await session.flush()
    return call


async def move_deadline(session: AsyncSession, call_id: UUID, deadline_at: datetime) -> Call:
    """Sets another deadline (aware). Motions already handed in keep their receipts."""
    call = await session.get(Call, call_id, with_for_update=True)
    if call is None:
        raise NotFound
    call.deadline_at = deadline_at
    return call


async def set_profile(session: AsyncSession, call_id: UUID, profile: Profile) -> None:
    """What the recipient wants of the motions from now on."""
    call = await session.get(Call, call_id, with_for_update=True)
    if call is None:
        raise NotFound
    rest = {name: value for name, value in call.template.items() if name != "profile"}
    call.template = {**rest, "profile": profile.kept} if profile.kept else rest


async def use_template(session: AsyncSession, call_id: UUID, name: str, content: bytes, person_id: UUID) -> None:
    """Takes a template into use, in place of the one before. `content` has been looked over and checked."""
    await remove_template(session, call_id)
    made = RecipientTemplate(
        id=uuid7(),
        call_id=call_id,
        name=" ".join(name.split())[:120] or "mall.docx",
        content=content,
        uploaded_by=person_id,
        uploaded_at=clock.now(),
    )
    session.add(made)
    table = RecipientTemplate
    earlier = select(table.id).where(table.call_id == call_id, table.removed_at.is_not(None))
    kept = list(await session.scalars(earlier.order_by(table.removed_at.desc()).limit(EARLIER_TEMPLATES)))
    await session.execute(
        delete(table).where(table.call_id == call_id, table.removed_at.is_not(None), table.id.not_in(kept))
    )


async def remove_template(session: AsyncSession, call_id: UUID) -> None:
    """Takes the call's template out of use, if there is one. It is kept, and can be brought back."""
    # One at a time: of two who change the template at once, the later one's stands.
    await session.get(Call, call_id, with_for_update=True)
    table = RecipientTemplate
    await session.execute(
        update(table).where(table.call_id == call_id, table.removed_at.is_(None)).values(removed_at=clock.now())
    )


async def bring_back_template(session: AsyncSession, call_id: UUID, template_id: UUID) -> None:
    """Takes an earlier template of the call into use again. NotFound when it is not kept any more."""
    await remove_template(session, call_id)
    template = await session.get(RecipientTemplate, template_id)
    if template is None or template.call_id != call_id:
        raise NotFound(_("That template is not kept any more. Upload it again."))
    await session.refresh(template)
    template.removed_at = None
