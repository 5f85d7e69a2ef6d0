"""Turns a wish (“the text shall read like this”) into the fewest operations on the text as it stands, so that carets,
marks, ids and what others write at the same moment survive."""

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from app.documents import amending, reading, wording
from app.documents.amending import Amendment
from app.documents.blocks import plan_blocks
from app.documents.demands import plan_demands
from app.documents.lines import plan_lines
from app.documents.text import Block, clean, collapse
from app.documents.tree import Operation, Tree


@dataclass(frozen=True)
class TextChange:
    """What shall be different; None leaves a part as it is.

    `body` has its paragraphs separated by newlines, of which blank ones count for nothing, and changes words alone; or
    it is the blocks that shall be there, with their kinds and marks. `demands` are all that shall be there, in order,
    as (id, text): with id None a new one. One that is left out is struck, one that was struck and is named again is
    restored, and an empty text strikes too. `amendment` changes one part of the text as that is by then.

    `by` is the person whose words they are, None for several or nobody known.
    """

    title: str | None = None
    body: str | tuple[Block, ...] | None = None
    demands: tuple[tuple[str | None, str], ...] | None = None
    amendment: Amendment | None = None
    by: UUID | None = None

    @property
    def size(self) -> int:
        """Bytes of text in the change."""
        body = self.body or "" if not isinstance(self.body, tuple) else "\n".join(block.text for block in self.body)
        texts = [self.title or "", body, *(text for _, text in self.demands or ())]
        texts += [self.amendment.wording] if self.amendment is not None else []
        return sum(len(text.encode(errors="replace")) for text in texts)


def plan(tree: Tree, change: TextChange) -> list[Operation]:
    """The operations, to be done in order. Raises NotFound for a demand that there is none of, Invalid for one that is
    named twice, Conflict for an amendment to words that have been changed meanwhile."""
    operations: list[Operation] = []
    if change.title is not None:
        title = collapse(change.title)
        if title != reading.title_text(tree.title):
            operations += wording.reword([tree.title], title)
    if isinstance(change.body, tuple):
        operations += plan_blocks(tree.body, change.body)
    elif change.body is not None:
        operations += plan_lines(tree.body, body_lines(change.body))
    if change.demands is not None:
        operations += plan_demands(tree.demands, change.demands)
    if change.amendment is not None:
        operations += amending.plan(tree, change.amendment)
    return operations


def body_lines(body: str) -> list[str]:
    """The paragraphs of a body given as plain text."""
    cleaned = (unicodedata.normalize("NFC", clean(line)).strip() for line in body.splitlines())
    return [line for line in cleaned if line]
