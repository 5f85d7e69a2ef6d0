"""An association is asked, answers, decides, confirms again, withdraws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.associations.models import Association
from app.associations.queries import people_with_mandate
from app.cosigning.events import CoSignaturesChanged
from app.cosigning.models import BackedDemand, CoSignature, State
from app.documents.text import Demand, MotionText, demand_digest
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.events import announce
from app.kit.i18n import _
from app.kit.ids import uuid7
from app.mail.mailer import Mail, post
from app.motions.actions import invite_association
from app.motions.models import Motion
from app.motions.versions import Reason, keep

MAX_MESSAGE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an association says. `demands` are the ids of those that it backs, None for the whole motion; `seen` are
    the digests of the demands as the person who answers saw them, by id, None when nobody looked at a page."""

    state: State
    decided_by: str = ""
    decided_on: date | None = None
    paragraph: str = ""
    demands: frozenset[str] | None = None
    seen: dict[str, str] | None = None


async def ask(
    session: AsyncSession, motion: Motion, association_id: UUID, actor: Actor, message: str, base_url: str
) -> CoSignature:
    """Asks an association to stand behind the motion, and mails those who have its mandate.

    Raises Invalid for the motion's own association, Conflict when the association was asked already.
    """
    association = await session.get(Association, association_id)
    if association is None:
        raise Invalid(_("Choose an association in the list."), fields={"association": _("Choose an association.")})
    if association_id == motion.association_id:
        text = _("This is the association that writes the motion. Ask another one to stand behind it.")
        raise Invalid(text, fields={"association": text})
    if len(message) > MAX_MESSAGE:
        text = _("The message is too long. At most {n} characters can be taken in.", n=MAX_MESSAGE)
        raise Invalid(text, fields={"message": text})
    row = await _of(session, motion.id, association_id)
    if row is not None and row.state in {State.REQUESTED, State.INTENDS, State.DECIDED}:
        raise Conflict(
            _("{association} has been asked already. Their answer is shown in the list.", association=association.name)
        )
    if row is None:
        row = CoSignature(id=uuid7(), motion_id=motion.id, association_id=association_id)
        session.add(row)
    now = clock.now()
    row.state, row.message = State.REQUESTED, message.strip()
    row.requested_by, row.requested_at, row.changed_at = actor.person_id, now, now
    await session.flush()
    await invite_association(session, motion, association_id)
    own = await session.get(Association, motion.association_id)
    for person in await people_with_mandate(session, association_id):
        if person.email is not None:
            await post(
                session, _request_mail(person.name, person.email, actor, own, association, motion, row, base_url)
            )
    announce(session, CoSignaturesChanged(motion.id))
    return row


def _request_mail(
    name: str,
    email: str,
    actor: Actor,
    own: Association | None,
    asked: Association,
    motion: Motion,
    row: CoSignature,
    base_url: str,
) -> Mail:
    values = {
        "name": name,
        "asker": actor.name,
        "own": own.name if own is not None else "",
        "asked": asked.name,
        "title": " ".join(motion.title.split()) or _("Untitled motion"),
        "message": f"”{row.message}”\n\n" if row.message else "",
        "link": f"{base_url}/motions/{motion.id}/co-signatures",
    }
    text = _(
        "Hello {name},\n\n{asker} in {own} asks whether {asked} wants to stand behind the motion “{title}”.\n\n"
        "{message}Read the motion and record what you decide:\n\n{link}",
        **values,
    )
    subject = _("Will you stand behind a motion from {own}?", own=values["own"])
    return Mail(email, " ".join(subject.split()), text)


async def record(
    session: AsyncSession, motion: Motion, association_id: UUID, actor: Actor, decision: Decision, text: MotionText
) -> CoSignature:
    """Records that the association intends to back, or has decided to back, the demands as `text` has them.

    Raises Invalid by field for a decision without its body or date, for a date ahead, and for demands that there are
    not; Conflict when a demand reads otherwise than the person saw it.
    """
    _check(decision, motion, association_id)
    covered = _covered(decision, text.demands)
    version = await keep(session, motion.id, text, Reason.BACKED)
    row = await _of(session, motion.id, association_id)
    if row is None:
        row = CoSignature(id=uuid7(), motion_id=motion.id, association_id=association_id)
        session.add(row)
    now = clock.now()
    row.state, row.covers_all, row.version = decision.state, decision.demands is None, version.number
    decided = decision.state is State.DECIDED
    row.decided_by = decision.decided_by.strip() if decided else None
    row.decided_on = decision.decided_on if decided else None
    row.paragraph = decision.paragraph.strip().lstrip("§ ") or None if decided else None
    row.registered_by, row.registered_at, row.changed_at = actor.person_id, now, now
    await session.flush()
    await _pin(session, row, covered)
    announce(session, CoSignaturesChanged(motion.id))
    return row


def _check(decision: Decision, motion: Motion, association_id: UUID) -> None:
    if association_id == motion.association_id:
        raise Invalid(_("An association does not stand behind its own motion; it writes it."))
    if decision.state not in {State.INTENDS, State.DECIDED}:
        raise Invalid(_("Say whether the association intends to back the motion or has decided to."))
    wrong: dict[str, str] = {}
    if decision.state is State.DECIDED:
        if not decision.decided_by.strip():
            wrong["decided_by"] = _("Write which body decided, for example the member meeting.")
        if decision.decided_on is None:
            wrong["decided_on"] = _("Write the date of the decision.")
        elif decision.decided_on > clock.now().astimezone(clock.STOCKHOLM).date():
            wrong["decided_on"] = _("The date lies ahead. Record the decision when it has been taken.")
    if len(decision.decided_by) > 120:
        wrong["decided_by"] = _("The name of the body is too long. At most {n} characters can be taken in.", n=120)
    if len(decision.paragraph) > 40:
        wrong["paragraph"] = _("The paragraph is too long. At most {n} characters can be taken in.", n=40)
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)


def _covered(decision: Decision, demands: Sequence[Demand]) -> list[tuple[int, Demand]]:
    numbered = list(enumerate(demands, start=1))
    if decision.demands is not None:
        unknown = decision.demands - {demand.id for demand in demands}
        if unknown or not decision.demands:
            text = _("Choose at least one of the demands that the motion has now.")
            raise Invalid(text, fields={"demands": text})
        numbered = [(number, demand) for number, demand in numbered if demand.id in decision.demands]
    if not numbered:
        text = _("The motion has no demands yet, so there is nothing to stand behind.")
        raise Invalid(text, fields={"demands": text})
    if decision.seen is not None:
        for number, demand in numbered:
            if decision.seen.get(demand.id) != demand_digest(demand.text):
                raise Conflict(
                    _(
                        "Demand {number} was changed while you were reading. Read it again, then record the decision.",
                        number=number,
                    )
                )
    return numbered


async def reconfirm(
    session: AsyncSession,
    motion: Motion,
    co_signature_id: UUID,
    actor: Actor,
    text: MotionText,
    seen: dict[str, str] | None,
) -> CoSignature:
    """Backs the demands as they read now. Those that were struck fall away; a backing of the whole motion covers all.

    Raises Conflict when nothing that was backed is left.
    """
    row = await get(session, motion.id, co_signature_id)
    if row.state not in {State.INTENDS, State.DECIDED}:
        raise Conflict(_("Only an association that stands behind the motion can confirm that it still does."))
    still = {demand.id for demand in text.demands}
    kept = frozenset(was.demand_id for was in await backed_demands(session, [row.id])) & still
    if not row.covers_all and not kept:
        raise Conflict(
            _("None of the demands that you backed is left. Record a new decision for those that there are.")
        )
    confirmed = Decision(state=State(row.state), demands=None if row.covers_all else kept, seen=seen)
    covered = _covered(confirmed, text.demands)
    version = await keep(session, motion.id, text, Reason.BACKED)
    row.version = version.number
    row.registered_by, row.registered_at, row.changed_at = actor.person_id, clock.now(), clock.now()
    await _pin(session, row, covered)
    announce(session, CoSignaturesChanged(motion.id))
    return row


async def leave(session: AsyncSession, motion: Motion, co_signature_id: UUID, actor: Actor) -> CoSignature:
    """Declines a request, or withdraws a backing."""
    row = await get(session, motion.id, co_signature_id)
    if row.state in {State.DECLINED, State.WITHDRAWN}:
        raise Conflict(_("The association does not stand behind the motion any more."))
    row.state = State.DECLINED if row.state == State.REQUESTED else State.WITHDRAWN
    row.registered_by, row.registered_at, row.changed_at = actor.person_id, clock.now(), clock.now()
    announce(session, CoSignaturesChanged(motion.id))
    return row


async def _pin(session: AsyncSession, row: CoSignature, covered: Sequence[tuple[int, Demand]]) -> None:
    await session.execute(delete(BackedDemand).where(BackedDemand.co_signature_id == row.id))
    session.add_all(
        BackedDemand(
            co_signature_id=row.id,
            demand_id=demand.id,
            position=number,
            text=demand.text,
            digest=demand_digest(demand.text),
        )
        for number, demand in covered
    )
    await session.flush()


async def get(session: AsyncSession, motion_id: UUID, co_signature_id: UUID) -> CoSignature:
    row = await session.get(CoSignature, co_signature_id, with_for_update=True)
    if row is None or row.motion_id != motion_id:
        raise NotFound
    return row


async def backed_demands(session: AsyncSession, ids: Sequence[UUID]) -> list[BackedDemand]:
    rows = await session.scalars(
        select(BackedDemand).where(BackedDemand.co_signature_id.in_(ids)).order_by(BackedDemand.position)
    )
    return list(rows)


async def _of(session: AsyncSession, motion_id: UUID, association_id: UUID) -> CoSignature | None:
    return await session.scalar(
        select(CoSignature)
        .where(CoSignature.motion_id == motion_id, CoSignature.association_id == association_id)
        .with_for_update()
    )
