"""The live text as plain data between the engine and what reads and edits it: nodes, and operations on them.

`reading` turns a Tree into a MotionText, `editing` turns a Tree and a wish into operations, and only `engine` knows
what a handle is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Marks = Mapping[str, object]
"""Mark → value, as the editor writes them: {"strong": {}, "link": {"href": "…"}}."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text with the same marks; None stands for something embedded, which takes the place of one unit."""

    text: str | None
    marks: Marks = field(default_factory=dict)

    @property
    def units(self) -> int:
        """How much it counts for in the places of operations."""
        return 1 if self.text is None else len(self.text.encode())


@dataclass(slots=True)
class Text:
    """A shared text. `regular` is False when it is longer or shorter than its runs, so that places can't be trusted."""

    runs: Sequence[Run] = ()
    handle: object = None
    regular: bool = True


@dataclass(slots=True)
class Element:
    """An element, or with no tag a fragment. `regular` as in Text."""

    tag: str
    attributes: Mapping[str, object] = field(default_factory=dict)
    children: "Sequence[Element | Text]" = ()
    handle: object = None
    regular: bool = True


@dataclass(slots=True)
class Entry:
    """One demand as it is held, schema-odd or not. `text` is None when it is no fragment."""

    id: str
    position: object
    struck: bool
    text: Element | None
    handle: object = None


@dataclass(slots=True)
class Tree:
    """A whole document. Entries come in the order of their ids."""

    title: Text
    body: Element
    demands: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Splice:
    """Replaces `remove` units by `insert`, at `at`. Units are UTF-8 bytes; what is embedded counts as one."""

    text: Text
    at: int
    remove: int
    insert: str
    marks: Marks = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remove:
    """Removes children; with count None, all that were seen."""

    parent: Element
    at: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Insert:
    """Inserts new nodes before the child that stands at `at`."""

    parent: Element
    at: int
    nodes: Sequence[Element | Text]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Replaces all that was seen of a text."""

    text: Text
    runs: Sequence[Run]


@dataclass(frozen=True, slots=True)
class Add:
    """Adds a demand, or replaces one whose shape no text can be put into."""

    id: str
    position: str
    text: str


@dataclass(frozen=True, slots=True)
class Move:
    entry: Entry
    position: str


@dataclass(frozen=True, slots=True)
class Strike:
    entry: Entry


@dataclass(frozen=True, slots=True)
class Restore:
    entry: Entry


Operation = Splice | Remove | Insert | Rewrite | Add | Move | Strike | Restore
