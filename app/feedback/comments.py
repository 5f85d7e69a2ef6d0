"""A comment is made, answered, reworded, removed, taken back, resolved and opened again."""

import binascii
import re
from base64 import b64decode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.actor import Actor
from app.access.gate import allowed
from app.access.table import Permission, Subject
from app.documents.text import MotionText, clean
from app.feedback.events import CommentsChanged
from app.feedback.models import Comment, Mention
from app.kit import clock
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.events import announce
from app.kit.i18n import _
from app.kit.ids import uuid7
from app.mail.mailer import Mail, post
from app.motions.models import Motion
from app.motions.queries import members_let_in, participants
from app.people.models import Person

MAX_TEXT = 4_000
MAX_QUOTE = 300
MAX_ANCHOR = 400
#: Comments and replies in one motion.
MAX_COMMENTS = 2_000
#: People whom one comment can be meant for.
MAX_MENTIONS = 20
#: How long a comment that was removed can be taken back.
UNDO = timedelta(minutes=10)

TITLE, BODY = "title", "body"

_NAME = re.compile(r"(?<!\w)@(\w[\w-]*(?: \w[\w-]*)?)")


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a comment is about. `target` is "title", "body" or a demand's id; see `app.feedback.models.Comment`."""

    target: str
    start: str | None = None
    end: str | None = None
    quote: str = ""


def checked(anchor: Anchor, text: MotionText) -> Anchor:
    """The anchor as it is stored. Raises Invalid for a demand that there is none of, and for places that are none."""
    if anchor.target not in {TITLE, BODY, *(demand.id for demand in text.demands)}:
        wrong = _("That demand is not in the motion, perhaps since somebody has just struck it. Choose another part.")
        raise Invalid(wrong, fields={"target": wrong})
    start, end = anchor.start or None, anchor.end or None
    if (start is None) != (end is None) or not all(map(_is_place, filter(None, (start, end)))):
        wrong = _("The place in the text can't be read. Mark the words again, or comment on the whole part.")
        raise Invalid(wrong, fields={"from": wrong})
    quote = " ".join(clean(anchor.quote).split())[:MAX_QUOTE] if start is not None else ""
    return Anchor(anchor.target, start, end, quote)


def _is_place(encoded: str) -> bool:
    try:
        return 0 < len(encoded) <= MAX_ANCHOR and bool(b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        return False


def checked_text(raw: str) -> str:
    """What was written, without what can't be shown. Raises Invalid for nothing and for too much."""
    lines = (clean(line).rstrip() for line in raw.strip()[: 4 * MAX_TEXT].splitlines())
    text = "\n".join(lines).strip()
    if not text:
        wrong = _("Write something before you send it.")
        raise Invalid(wrong, fields={"text": wrong})
    if len(raw.strip()) > MAX_TEXT:
        wrong = _("The comment is too long. At most {n} characters can be taken in.", n=MAX_TEXT)
        raise Invalid(wrong, fields={"text": wrong})
    return text


async def get(session: AsyncSession, motion_id: UUID, comment_id: UUID, *, lock: bool = False) -> Comment:
    """Raises NotFound for one that is not in the motion."""
    comment = await session.get(Comment, comment_id, with_for_update=lock)
    if comment is None or comment.motion_id != motion_id:
        raise NotFound
    return comment


async def add(
    session: AsyncSession, motion: Motion, actor: Actor, raw: str, anchor: Anchor, mentioned: Collection[UUID], url: str
) -> Comment:
    """A new comment; `anchor` has been checked. Mails those whom it mentions; `url` is the address of the product."""
    return await _add(session, motion, actor, raw, anchor, None, mentioned, url)


async def reply(
    session: AsyncSession, motion: Motion, to: UUID, actor: Actor, raw: str, mentioned: Collection[UUID], url: str
) -> Comment:
    """Answers a comment; an answer to an answer belongs to the same thread, and opens it again."""
    parent = await get(session, motion.id, to, lock=True)
    if parent.parent_id is not None:
        parent = await get(session, motion.id, parent.parent_id, lock=True)
    if parent.removed_at is not None and not await _answers(session, parent):
        raise Conflict(_("The comment that you are answering has just been removed. What you wrote is still here."))
    parent.resolved_at = parent.resolved_by = None
    return await _add(session, motion, actor, raw, Anchor(parent.target), parent, mentioned, url)


async def _answers(session: AsyncSession, parent: Comment) -> int:
    query = select(func.count()).where(Comment.parent_id == parent.id, Comment.removed_at.is_(None))
    return int(await session.scalar(query) or 0)


async def _add(
    session: AsyncSession,
    motion: Motion,
    actor: Actor,
    raw: str,
    anchor: Anchor,
    parent: Comment | None,
    mentioned: Collection[UUID],
    url: str,
) -> Comment:
    text = checked_text(raw)
    if int(await session.scalar(select(func.count()).where(Comment.motion_id == motion.id)) or 0) >= MAX_COMMENTS:
        raise Conflict(_("There are {n} comments here, and no more can be taken in.", n=MAX_COMMENTS))
    comment = Comment(
        id=uuid7(),
        motion_id=motion.id,
        parent_id=parent.id if parent is not None else None,
        target=anchor.target,
        anchor_from=anchor.start,
        anchor_to=anchor.end,
        quote=anchor.quote,
        author_id=actor.person_id,
        text=text,
        created_at=clock.now(),
    )
    session.add(comment)
    await session.flush()
    await _mention(session, motion, comment, actor, mentioned, url)
    await _forget(session, motion.id)
    announce(session, CommentsChanged(motion.id))
    return comment


async def reword(session: AsyncSession, motion: Motion, comment_id: UUID, actor: Actor, raw: str, url: str) -> Comment:
    """Changes the text of one's own comment. Whom it mentions now and did not before gets a mail."""
    comment = await _own(session, motion, comment_id, actor)
    if comment.removed_at is not None:
        raise NotFound
    text = checked_text(raw)
    if text != comment.text:
        comment.text, comment.edited_at = text, clock.now()
        await _mention(session, motion, comment, actor, (), url)
        announce(session, CommentsChanged(motion.id))
    return comment


async def remove(session: AsyncSession, motion: Motion, comment_id: UUID, actor: Actor) -> Comment:
    """Takes one's own comment away; answers to it stay. It can be taken back for a while."""
    comment = await _own(session, motion, comment_id, actor)
    comment.removed_at = comment.removed_at or clock.now()
    await _forget(session, motion.id)
    announce(session, CommentsChanged(motion.id))
    return comment


async def restore(session: AsyncSession, motion: Motion, comment_id: UUID, actor: Actor) -> Comment:
    comment = await _own(session, motion, comment_id, actor)
    if comment.removed_at is not None:
        if not can_be_taken_back(comment):
            raise Conflict(_("The comment was removed more than ten minutes ago, so it is gone for good."))
        comment.removed_at = None
        announce(session, CommentsChanged(motion.id))
    return comment


def can_be_taken_back(comment: Comment) -> bool:
    return comment.removed_at is not None and bool(comment.text) and clock.now() - comment.removed_at <= UNDO


async def resolve(
    session: AsyncSession, motion: Motion, comment_id: UUID, actor: Actor, subject: Subject, *, resolved: bool
) -> Comment:
    """Says that a comment has been dealt with, or has not. For those who write the motion and whoever made it."""
    comment = await get(session, motion.id, comment_id, lock=True)
    if comment.parent_id is not None:
        raise Invalid(_("It is the comment that is resolved, with all its replies."))
    if comment.author_id != actor.person_id and not allowed(actor, Permission.MOTION_WRITE, subject):
        raise Forbidden
    if resolved != (comment.resolved_at is not None):
        comment.resolved_at = clock.now() if resolved else None
        comment.resolved_by = actor.person_id if resolved else None
        announce(session, CommentsChanged(motion.id))
    return comment


async def _own(session: AsyncSession, motion: Motion, comment_id: UUID, actor: Actor) -> Comment:
    comment = await get(session, motion.id, comment_id, lock=True)
    if comment.author_id != actor.person_id:
        raise Forbidden(_("Only the person who wrote a comment can change it or take it away."))
    return comment


async def _forget(session: AsyncSession, motion_id: UUID) -> None:
    """Empties what was removed so long ago that it can't be taken back."""
    await session.execute(
        update(Comment)
        .where(Comment.motion_id == motion_id, Comment.removed_at < clock.now() - UNDO, Comment.text != "")
        .values(text="", quote="", anchor_from=None, anchor_to=None)
    )


# Mentions.


def mentioned_in(text: str, *circles: Iterable[Person]) -> set[UUID]:
    """Whom "@Bo" and "@Bo Ek" mean: the only one of that whole name, or else of that first name; in the first of the
    circles in which there is anybody of that name."""
    known = [_by_name(people) for people in circles]
    found: set[UUID] = set()
    for match in _NAME.finditer(text):
        words = match[1].casefold()
        names = (words, words.split(maxsplit=1)[0])
        meant = next((by_name[name] for name in names for by_name in known if name in by_name), set())
        if len(meant) == 1:
            found |= meant
    return found


def _by_name(people: Iterable[Person]) -> dict[str, set[UUID]]:
    by_name: dict[str, set[UUID]] = {}
    for person in people:
        for name in {person.name.casefold(), person.name.split()[0].casefold()}:
            by_name.setdefault(name, set()).add(person.id)
    return by_name


async def _mention(
    session: AsyncSession, motion: Motion, comment: Comment, actor: Actor, ticked: Collection[UUID], url: str
) -> None:
    named = await participants(session, motion.id)
    members = await members_let_in(session, motion.id, actor)
    people = {person.id: person for person in (*named, *members)}
    meant = (mentioned_in(comment.text, named, members) | set(ticked)) & people.keys()
    known = set(await session.scalars(select(Mention.person_id).where(Mention.comment_id == comment.id)))
    for person in [people[id_] for id_ in sorted(meant - known)][: MAX_MENTIONS - len(known)]:
        session.add(Mention(comment_id=comment.id, person_id=person.id))
        if person.email is not None and person.id != actor.person_id:
            await post(session, _mail(person.name, person.email, actor.name, motion, comment, url))
    await session.flush()


def _mail(name: str, email: str, by: str, motion: Motion, comment: Comment, url: str) -> Mail:
    """What is written stays in the motion: whoever is no longer in it must not read it in a mailbox."""
    values = {
        "name": name,
        "by": by,
        "title": " ".join(motion.title.split()) or _("Untitled motion"),
        "link": f"{url}/motions/{motion.id}/comments#comment-{comment.id}",
    }
    text = _(
        "Hello {name},\n\n{by} mentions you in a comment on the motion “{title}”. Read it and answer here:\n\n{link}",
        **values,
    )
    return Mail(email, " ".join(_("{by} mentions you in a comment", by=by).split()), text)
