"""Finds the fewest operations that make what an element holds read as given lines, without touching those that stay."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.documents import reading, wording
from app.documents.reading import HARD_BREAK, LIST_ITEM, LISTS, Line
from app.documents.text import collapse
from app.documents.tree import Element, Insert, Operation, Remove, Run, Text

#: Two paragraphs that share less than this are two paragraphs, not one that was changed.
LIKE = 0.3
#: What makes any two lines alike.
ANY = -1.0
#: Beyond so many pairs, lines are paired in order rather than by likeness.
_MAX_PAIRS = 2_500


def plan_lines(root: Element, wanted: Sequence[str], like: float = LIKE) -> list[Operation]:
    """Makes what `root` holds read as the lines `wanted`. Lines that stay are not touched at all."""
    every = reading.lines(root)
    if not _is_regular(root):
        held = [line.text for line in every if line.text]
        return [] if held == list(wanted) else [Remove(root), Insert(root, 0, [paragraph(text) for text in wanted])]
    held_lines = [line for line in every if line.text]
    if not held_lines and every and wanted:
        # An empty paragraph, perhaps with a caret in it: the first line goes there.
        held_lines, like = every[:1], ANY
    return _LinePlan(root, every, held_lines).make(wanted, like)


def paragraph(text: str) -> Element:
    """A paragraph that reads so. One without words has a text to write in all the same: two who begin in it at the same
    moment then write in one."""
    return Element("paragraph", children=[Text([Run(text)] if text else [])])


@dataclass
class _LinePlan:
    """Works from the last line to the first, so that places before the one at work stay as they were read."""

    root: Element
    every: Sequence[Line]
    held: Sequence[Line]
    operations: list[Operation] = field(default_factory=list)
    #: What is left in each element: lines with text in a block, children in the others.
    _lines: Counter[int] = field(default_factory=Counter)
    _children: dict[int, int] = field(default_factory=dict)

    def make(self, wanted: Sequence[str], like: float) -> list[Operation]:
        for line in self.held:
            self._lines[id(line.block)] += 1
        keys = [collapse(line.text) for line in self.held]
        steps: list[tuple[int | None, int | None]] = []
        for tag, i1, i2, j1, j2 in wording.opcodes(keys, [collapse(text) for text in wanted]):
            if tag == "equal":
                steps += zip(range(i1, i2), range(j1, j2), strict=True)
            else:
                pairs = pair(keys[i1:i2], wanted[j1:j2], like)
                steps += [(None if i is None else i + i1, None if j is None else j + j1) for i, j in pairs]
        before: list[int | None] = [None]
        for i, _ in steps:
            before.append(before[-1] if i is None else i)
        at = len(steps)
        while at:
            at -= 1
            i, j = steps[at]
            if i is None:
                # Neighbouring new lines go in together.
                first = at
                while first and steps[first - 1][0] is None:
                    first -= 1
                new = [wanted[k] for _, k in steps[first : at + 1] if k is not None]
                self._insert(before[first], new)
                at = first
            elif j is None:
                self._remove(self.held[i])
            elif keys[i] != collapse(wanted[j]):
                self._reword(self.held[i], wanted[j])
        return self.operations

    def _reword(self, line: Line, text: str) -> None:
        if line.texts:
            self.operations += wording.reword(line.texts, text)
        else:
            self.operations.append(Insert(line.block, line.start, [Text([Run(text)])]))

    def _insert(self, before: int | None, texts: Sequence[str]) -> None:
        """Puts lines behind line `before`, into the innermost element that holds it and the line after it."""
        last = None if before is None else self.held[before]
        following = 0 if before is None else before + 1
        after = self.held[following] if following < len(self.held) else None
        depth = 0
        if last is None:
            parent, place = self.root, after.path[0][1] if after else len(self.root.children)
        else:
            if after is not None:
                ways = enumerate(zip(last.path, after.path, strict=False))
                depth = next(i for i, ((_, at), (_, to)) in ways if at != to)
            parent, place = last.path[depth]
            place = last.end if depth == len(last.path) - 1 else place + 1
        nodes: list[Element | Text]
        if last is not None and depth == len(last.path) - 1 and _holds_text(last):
            nodes = [node for text in texts for node in (Element(HARD_BREAK), Text([Run(text)]))]
            self._lines[id(parent)] += len(texts)
        elif parent.tag in LISTS:
            nodes = [Element(LIST_ITEM, children=[paragraph(text)]) for text in texts]
        else:
            nodes = [paragraph(text) for text in texts]
        self._count(parent, len(nodes))
        self.operations.append(Insert(parent, place, nodes))

    def _remove(self, line: Line) -> None:
        block = line.block
        self._lines[id(block)] -= 1
        if not _holds_text(line):
            self._take(line, len(line.path) - 1, line.start, line.end - line.start)
        elif self._lines[id(block)]:
            # With the break before it, or, if it is the first, the one behind it.
            start = max(line.start - 1, 0)
            self.operations.append(Remove(block, start, line.end - start + (line.start == 0)))
        else:
            depth = len(line.path) - 2
            self._take(line, depth, line.path[depth][1], 1)

    def _take(self, line: Line, depth: int, at: int, count: int) -> None:
        """Takes children out, and what has become empty by it."""
        element = line.path[depth][0]
        self.operations.append(Remove(element, at, count))
        self._count(element, -count)
        if not self._children[id(element)] and depth:
            self.operations.pop()
            self._take(line, depth - 1, line.path[depth - 1][1], 1)

    def _count(self, element: Element, change: int) -> None:
        self._children[id(element)] = self._children.get(id(element), len(element.children)) + change


def _holds_text(line: Line) -> bool:
    """Whether the line's block is an element of its own, and not just some text among blocks."""
    return len(line.path) > 1 and line.block.tag not in LISTS and line.block.tag not in {LIST_ITEM, "blockquote"}


def _is_regular(node: Element | Text) -> bool:
    return node.regular and (isinstance(node, Text) or all(map(_is_regular, node.children)))


def pair(old: Sequence[str], new: Sequence[str], like: float = LIKE) -> list[tuple[int | None, int | None]]:
    """Which old line becomes which new one, in order; None where one goes or comes.

    Two lines are a pair when at least `like` of their words are the same, from 0 to 1.
    """
    n, m = len(old), len(new)
    if n * m > _MAX_PAIRS:
        common = min(n, m)
        rest: list[tuple[int | None, int | None]] = [(i, None) for i in range(common, n)]
        return [*((i, i) for i in range(common)), *rest, *((None, j) for j in range(common, m))]
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    counted = [wording.words(line) for line in new]
    scores = [[wording.likeness(words, y) for y in counted] for words in map(wording.words, old)]
    for i in reversed(range(n)):
        for j in reversed(range(m)):
            both = scores[i][j] + 0.001 + best[i + 1][j + 1] if scores[i][j] >= like else -1.0
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < n or j < m:
        if i < n and j < m and scores[i][j] >= like and best[i][j] == scores[i][j] + 0.001 + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif j == m or (i < n and best[i][j] == best[i + 1][j]):
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return pairs
