"""Puts a wording that was proposed some time ago into the text as it is now: what was changed meanwhile stays, and
where both have changed the same words nothing is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from app.documents import lines, ordering, reading, wording
from app.documents.text import MotionText, collapse, normalise_demand
from app.documents.tree import Add, Operation, Restore, Strike, Tree
from app.kit.errors import Conflict
from app.kit.i18n import _

#: The target of a change to a paragraph of the body.
BODY = "body"
#: A paragraph that shares less than this with what it is sought by is another one.
_LIKE = 0.5


@dataclass(frozen=True, slots=True)
class Amendment:
    """A demand or a paragraph (of a number, from 0) that read `base` shall read `wording`, or be struck or restored.

    `target` is the demand's id, or BODY. What is added becomes a demand called `id`, after the demand `target`, or
    last.
    """

    kind: Literal["reword", "add", "strike", "restore"]
    target: str
    base: str
    wording: str
    place: int = 0
    id: str = ""

    @property
    def reverse(self) -> "Amendment":
        """What takes it back, once it has been made."""
        match self.kind:
            case "add":
                return Amendment("strike", self.id, self.wording, "")
            case "strike":
                return Amendment("restore", self.target, self.base, "")
            case _:
                return Amendment("reword", self.target, self.wording, self.base, self.place)


def merge(base: str, now: str, wanted: str) -> str | None:
    """What `base` becomes by both changes; None when they are about the same words."""
    if now in {wanted, base}:
        return wanted
    mine, theirs = wording.edits(base, now), wording.edits(base, wanted)
    both = sorted({*mine, *theirs})
    for first, second in pairwise(both):
        if second[0] < first[1] or second[:1] == first[:1]:
            return None
    merged, at = [], 0
    for start, end, insert in both:
        merged += [base[at:start], insert]
        at = end
    return "".join([*merged, base[at:]])


def find_paragraph(paragraphs: Sequence[str], amendment: Amendment) -> int | None:
    """Which of the paragraphs is meant: the same text nearest to where it stood, or else the one most like it."""
    base = collapse(amendment.base)
    places = sorted(range(len(paragraphs)), key=lambda i: abs(i - amendment.place))
    for i in places:
        if collapse(paragraphs[i]) == base:
            return i
    words = wording.words(base)
    scores = {i: wording.likeness(words, wording.words(paragraphs[i])) for i in places}
    best = max(places, key=lambda i: scores[i], default=None)
    return best if best is not None and scores[best] >= _LIKE else None


def now_and_then(text: MotionText, amendment: Amendment) -> tuple[str | None, str | None]:
    """How what is meant reads now, None when it is gone; and how it would read, None when the changes collide."""
    if amendment.kind == "add":
        return "", normalise_demand(amendment.wording)
    if amendment.target == BODY:
        paragraphs = [line for line in text.body_text.split("\n") if line.strip()]
        at = find_paragraph(paragraphs, amendment)
        now = None if at is None else collapse(paragraphs[at])
        base, wanted = collapse(amendment.base), collapse(amendment.wording)
    else:
        now = next((demand.text for demand in text.demands if demand.id == amendment.target), None)
        base, wanted = normalise_demand(amendment.base), normalise_demand(amendment.wording)
    if now is None:
        return None, None
    if amendment.kind == "strike":
        return now, "" if now == base else None
    return now, merge(base, now, wanted)


def plan(tree: Tree, amendment: Amendment) -> list[Operation]:
    """The operations on the text as it is now; none when it reads so already. Raises Conflict."""
    if amendment.kind == "add":
        return _add(tree, amendment)
    if amendment.target == BODY:
        return _paragraph(tree, amendment)
    entry = next((each for each in reading.in_order(tree.demands) if each.id == amendment.target), None)
    if amendment.kind == "restore" and entry is not None:
        return [Restore(entry)] if entry.struck else []
    if amendment.kind == "strike" and (entry is None or entry.struck):
        return []
    if entry is None or entry.text is None or entry.struck:
        raise Conflict(_("The demand has been struck meanwhile. Restore it first, or reject the proposal."))
    now, base = reading.demand_text(entry), normalise_demand(amendment.base)
    if amendment.kind == "strike":
        if now != base:
            raise _collision()
        return [Strike(entry)]
    merged = merge(base, now, normalise_demand(amendment.wording))
    if merged is None:
        raise _collision()
    return lines.plan_lines(entry.text, [merged], like=lines.ANY) if merged != now else []


def _collision() -> Conflict:
    return Conflict(_("The same words have been changed meanwhile. Compare both wordings and write the one you want."))


def _paragraph(tree: Tree, amendment: Amendment) -> list[Operation]:
    held = [line for line in reading.lines(tree.body) if line.text]
    at = find_paragraph([line.text for line in held], amendment)
    if at is None:
        raise Conflict(_("The paragraph is no longer in the text. Reject the proposal, or put its words in by hand."))
    now = collapse(held[at].text)
    merged = merge(collapse(amendment.base), now, collapse(amendment.wording))
    if merged is None:
        raise _collision()
    return wording.reword(held[at].texts, merged) if merged != now else []


def _add(tree: Tree, amendment: Amendment) -> list[Operation]:
    entries = reading.in_order(tree.demands)
    held = next((entry for entry in entries if entry.id == amendment.id), None)
    if held is not None:
        # It was added before; struck since, as when that was taken back.
        return [Restore(held)] if held.struck else []
    keys = sorted(key for entry in entries if ordering.is_key(key := reading.position(entry)))
    after = next((reading.position(entry) for entry in entries if entry.id == amendment.target), None)
    if after is None or after not in keys:
        after = keys[-1] if keys else None
    following = next((key for key in keys if after is not None and key > after), None)
    return [Add(amendment.id, ordering.between(after, following), normalise_demand(amendment.wording))]
