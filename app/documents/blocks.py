"""Finds the fewest operations that make a body the blocks it shall be: kinds, lists and marks, not only its words."""

import json
from collections.abc import Sequence

from app.documents import reading, wording
from app.documents.lines import paragraph
from app.documents.nodes import nodes_of
from app.documents.text import Block, frozen_block
from app.documents.tree import Element, Insert, Operation, Remove, Text


def plan_blocks(root: Element, wanted: Sequence[Block]) -> list[Operation]:
    """Makes `root` hold `wanted`. A node that already reads as it shall is not touched; of a paragraph or heading that
    differs in nothing but words only these are changed; anything else is replaced."""
    new = list(nodes_of(wanted)) or [paragraph("")]
    held = [child for child in root.children if isinstance(child, Element) and not reading.is_inline(child)]
    if not root.regular or len(held) != len(root.children):
        return [Remove(root), Insert(root, 0, new)]
    # A paragraph that waits for words is left where it is, unless there is nothing else.
    at = [place for place, node in enumerate(held) if _blocks(node)] or list(range(len(held)))
    steps = wording.opcodes([_key(held[place]) for place in at], [_key(node) for node in new])
    operations: list[Operation] = []
    # From the last node to the first, so that places before the one at work stay as they were read.
    for tag, i1, i2, j1, j2 in reversed(steps):
        if tag == "insert":
            operations.append(Insert(root, at[i1 - 1] + 1 if i1 else 0, new[j1:j2]))
        elif tag != "equal":
            operations += _replace(root, at[i1], held[at[i1] : at[i2 - 1] + 1], new[j1:j2])
    return operations


def _replace(root: Element, at: int, old: Sequence[Element], new: Sequence[Element]) -> list[Operation]:
    if len(old) == len(new) and all(map(_differ_in_words, old, new)):
        return [
            operation
            for before, after in zip(reversed(old), reversed(new), strict=True)
            for operation in wording.reword(_texts(before), "".join(_words(text) for text in _texts(after)))
        ]
    operations: list[Operation] = [Remove(root, at, len(old))]
    return [*operations, Insert(root, at, new)] if new else operations


def _differ_in_words(old: Element, new: Element) -> bool:
    """Whether both are one unmarked line in the same kind of block."""
    return (
        old.tag == new.tag
        and old.regular
        and _kind(old) == _kind(new)
        and all(len(node.children) == len(_texts(node)) == 1 for node in (old, new))
        and not any(run.marks or run.text is None for node in (old, new) for text in _texts(node) for run in text.runs)
    )


def _kind(node: Element) -> list[tuple[str, int]]:
    return [(block.kind, block.level) for block in _blocks(node)]


def _texts(node: Element) -> list[Text]:
    return [child for child in node.children if isinstance(child, Text)]


def _words(text: Text) -> str:
    return "".join(run.text or "" for run in text.runs)


def _blocks(node: Element) -> list[Block]:
    return list(reading.blocks(Element("", children=[node])))


def _key(node: Element) -> str:
    return json.dumps([frozen_block(block) for block in _blocks(node)])
