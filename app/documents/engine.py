"""The CRDT engine behind its fence: the only module that touches pycrdt (Yrs).

- What comes from outside passes the guard before native code sees it.
- A panic of native code is a BaseException that is no Exception. After any failure the document may be half changed,
  so the replica refuses every further use and has to be made anew from the store.
- A replica belongs to one thread at a time. It keeps no subscriptions open, so nothing outlives it.

Calls go to the binding's inner document: its wrapper costs twice the time of what it wraps. The pin in pyproject.toml
is exact for this reason too.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from pycrdt import Doc, Map, Text, XmlElement, XmlFragment, XmlText, get_state, merge_updates

from app.documents import editing, reading, tree
from app.documents.decoding import Gap, Refused, Update, parse_state_vector
from app.documents.editing import TextChange
from app.documents.guard import Guard
from app.documents.limits import MAX_DOCUMENT_BYTES
from app.documents.pieces import Applied, divide, news
from app.documents.text import MotionText
from app.kit.errors import TooLarge

__all__ = ["Applied", "EngineFault", "Gap", "Refused", "Replica", "build", "merge", "vector_of"]

#: What `meta.schema` says; a client that knows only older ones must not write.
SCHEMA = 1

#: An update that does nothing.
EMPTY = b"\x00\x00"
_NOTHING = b"\x00"

#: What a struct or range of deletions may add to the encoded document beyond its own bytes, by splitting others.
_SPLIT_BYTES = 24
#: Room that must have become free before a full document is measured again, and that deletions alone may use up.
_SLACK_BYTES = 64 * 1024
_DELETION_BYTES = 1024 * 1024
#: Updates that one call of the engine merges; its time grows with their square.
_MERGE_AT_ONCE = 32


class EngineFault(Exception):
    """The engine failed. The replica can't be used any more; what the store holds is whole."""


class Replica:
    """One document in memory.

    `state_or_updates` are trusted: a state, or a snapshot and the log after it, in order, as the store gives them.
    """

    def __init__(self, state_or_updates: Iterable[bytes] = ()) -> None:
        parts = list(state_or_updates)
        self._usable = True
        self._encoded: bytes | None = None
        with self._engine():
            self._client = secrets.randbits(32) or 1
            self._doc: Doc[Any] = Doc(client_id=self._client)
            self._inner = self._doc._doc  # noqa: SLF001 - see the module
            for part in parts:
                self._integrate(part)
            known = parse_state_vector(self._state_vector())
            roots = list(self._doc.keys())
        self._guard = Guard(known, roots, parts, self._encode)
        # What the document would take at most if it were encoded now.
        self._size = sum(map(len, parts))
        self._full = False
        self._deleted = 0

    @property
    def desk(self) -> tuple[int, int]:
        """(the client that `edit` writes as, the clock of what it writes next)."""
        return self._client, self._guard.known.get(self._client, 0)

    def apply(self, update: bytes) -> Applied:
        """Takes an update from outside in, and returns what of it was new.

        Raises Refused for what is malformed, beyond the limits or contradictory; Gap, which is a Refused, when
        something that it builds on is missing; TooLarge when the document is full. After these the replica is as it
        was. Raises EngineFault when the engine failed or took too long, and from then on.
        """
        self._must_be_usable()
        try:
            checked = self._guard.check(update)
            u = checked.update
            if not u.deletions and self._guard.is_known(u):
                return Applied(b"", ())
            growth = self._make_room(u, len(update))
        except (Refused, TooLarge):
            raise
        except BaseException as error:  # noqa: BLE001 - a panic is no Exception
            self._failed(error)
        try:
            applied = news(update, u, self._guard.known)
            for piece in divide(update, u, checked.order, self._size):
                self._integrate(piece)
            self._guard.admit(checked)
        except BaseException as error:  # noqa: BLE001 - a panic is no Exception
            self._failed(error)
        self._size += growth
        self._encoded = None
        return applied

    def follow(self, update: bytes) -> None:
        """Takes in what another replica of the document has let through: a batch from the log, or a state.

        No limits apply to it; it only has to fit. Raises Gap, or EngineFault as `apply` does.
        """
        self._must_be_usable()
        with self._engine():
            self._guard.check_fit(update)
            self._integrate(update)
            self._guard.note(update)
        self._size += len(update)
        self._encoded = None

    def state(self) -> bytes:
        """The whole document as one update; encoded once for each version of it."""
        self._must_be_usable()
        with self._engine():
            return self._encode()

    def state_vector(self) -> bytes:
        self._must_be_usable()
        with self._engine():
            return self._state_vector()

    def diff(self, state_vector: bytes) -> bytes:
        """What somebody with `state_vector` lacks, as one update. Raises Refused."""
        self._must_be_usable()
        if state_vector == _NOTHING:
            return self.state()
        with self._engine():
            self._guard.check_state_vector(state_vector)
            with self._transaction() as transaction:
                return bytes(self._inner.get_update(transaction, state_vector))

    def read(self) -> MotionText:
        """The text as it is now. Whatever a stranger has put into the document, this reads it as some text."""
        self._must_be_usable()
        with self._engine():
            return reading.read(_outline(self._doc))

    def is_newer_than(self, schema: int) -> bool:
        """Whether `meta.schema` says that the document has a later shape than that one."""
        with self._engine(), self._doc.transaction():
            said = self._doc.get("meta", type=Map).get("schema")
        return isinstance(said, int | float) and said > schema

    def edit(self, change: TextChange) -> bytes:
        """Brings the text to `change` with the fewest changes, and returns the update that does it elsewhere.

        b"" when there was nothing to change. Raises NotFound for a demand that there is none of, Invalid for one named
        twice, TooLarge for what there is no room for; the replica is then as it was.
        """
        self._must_be_usable()
        with self._engine():
            before = _outline(self._doc)
        operations = editing.plan(before, change)
        if not operations:
            return b""
        with self._engine():
            self._reserve(2 * change.size + 4 * _SPLIT_BYTES * len(operations))
            update = _perform(self._doc, operations)
            if update:
                self._guard.note(update)
        self._size += len(update) + _SPLIT_BYTES * len(operations)
        self._encoded = None
        return update

    def close(self) -> None:
        """Lets the memory go. The replica can't be used any more."""
        self._usable = False
        self._encoded = None
        self.__dict__.pop("_doc", None)
        self.__dict__.pop("_inner", None)

    @property
    def usable(self) -> bool:
        return self._usable

    def _must_be_usable(self) -> None:
        if not self._usable:
            raise EngineFault("the replica is closed or has failed")

    @contextmanager
    def _engine(self) -> Iterator[None]:
        try:
            yield
        except (Refused, TooLarge):
            raise
        except BaseException as error:  # noqa: BLE001 - a panic is no Exception
            self._failed(error)

    def _failed(self, error: BaseException) -> NoReturn:
        """Turns whatever the engine failed with into an EngineFault, and the replica into an unusable one."""
        self._usable = False
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise error
        # Not the message of the engine: it quotes the text.
        raise EngineFault(str(error) if isinstance(error, Refused) else type(error).__name__) from None

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        transaction = self._inner.create_transaction()
        yield transaction
        transaction.commit()
        transaction.drop()

    def _integrate(self, update: bytes) -> None:
        transaction = self._inner.create_transaction()
        self._inner.apply_update(transaction, update)
        transaction.commit()
        transaction.drop()

    def _state_vector(self) -> bytes:
        with self._transaction() as transaction:
            return bytes(self._inner.get_state(transaction))

    def _encode(self) -> bytes:
        if self._encoded is None:
            with self._transaction() as transaction:
                self._encoded = bytes(self._inner.get_update(transaction, _NOTHING))
        return self._encoded

    def _make_room(self, u: Update, size: int) -> int:
        """The most that `u` adds to the size of the document. Raises TooLarge."""
        growth = size + _SPLIT_BYTES * (len(u.structs) + 2 * len(u.deletions))
        if u.deletions:
            self._deleted += sum(length for _, _, length in u.deletions)
        self._reserve(growth, 0 if u.structs else _DELETION_BYTES)
        return growth

    def _reserve(self, growth: int, extra: int = 0) -> None:
        """Raises TooLarge when there is no room for `growth` more bytes.

        The document is measured when it may have become too large; once it was found full, again only after much has
        been deleted, so that nobody can have it measured for every keystroke.
        """
        limit = MAX_DOCUMENT_BYTES + extra
        if self._size + growth <= limit:
            return
        if not self._full or self._deleted > _SLACK_BYTES:
            self._size = len(self._encode())
            self._full = self._size + _SLACK_BYTES > MAX_DOCUMENT_BYTES
            self._deleted = 0
        if self._size + growth > limit or (self._full and not extra):
            raise TooLarge


def vector_of(parts: Sequence[bytes]) -> bytes:
    """The state vector of a document, read off its trusted updates without making the document. Raises EngineFault."""
    try:
        return bytes(get_state(parts[0] if len(parts) == 1 else merge(parts)))
    except EngineFault:
        raise
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise EngineFault(type(error).__name__) from None


def merge(updates: Sequence[bytes]) -> bytes:
    """One update that does what `updates` do, in order. They must have been taken in by a replica before."""
    merged = list(updates)
    try:
        while len(merged) > 1:
            merged = [
                bytes(merge_updates(*merged[i : i + _MERGE_AT_ONCE])) for i in range(0, len(merged), _MERGE_AT_ONCE)
            ]
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise EngineFault(type(error).__name__) from None
    return merged[0] if merged else EMPTY


def build(client_id: int, title: str, body: Sequence[tree.Element], demands: Sequence[tuple[str, str, str]]) -> bytes:
    """The state of a new document; the same input gives the same bytes. Demands are (id, position, text)."""
    doc: Doc[Any] = Doc(client_id=client_id)
    with doc.transaction():
        meta = doc.get("meta", type=Map)
        meta["schema"] = SCHEMA
        words = doc.get("title", type=Text)
        if title:
            words.insert(0, title)
        _insert(doc.get("body", type=XmlFragment), 0, body)
        entries = doc.get("demands", type=Map)
        for id_, position, text in demands:
            entries[id_] = _demand(position, text)
    return bytes(doc.get_update())


def _perform(doc: "Doc[Any]", operations: Sequence[tree.Operation]) -> bytes:
    """Does the operations in one transaction; the update that it made, or b""."""
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(bytes(event.update)))
    try:
        with doc.transaction():
            for operation in operations:
                _do(doc, operation)
    finally:
        doc.unobserve(subscription)
    return updates[0] if updates else b""


def _do(doc: "Doc[Any]", operation: tree.Operation) -> None:  # noqa: C901 - a branch for each kind of operation
    match operation:
        case tree.Splice(text, at, remove, insert, marks):
            held: Any = text.handle
            if remove:
                del held[at : at + remove]
            if insert:
                held.insert(at, insert, dict(marks))
        case tree.Rewrite(text, runs):
            held = text.handle
            # Not what the engine says the length is: that is what it may have lost count of.
            del held[0 : sum(run.units for run in text.runs)]
            _write(held, runs)
        case tree.Remove(parent, at, count):
            del _handle(parent).children[at : at + (len(parent.children) if count is None else count)]
        case tree.Insert(parent, at, nodes):
            _insert(_handle(parent), at, nodes)
        case tree.Add(id_, position, words):
            doc.get("demands", type=Map)[id_] = _demand(position, words)
        case tree.Move(entry, position):
            _handle(entry)["pos"] = position
        case tree.Strike(entry):
            _handle(entry)["deleted"] = True
        case tree.Restore(entry):
            del _handle(entry)["deleted"]


def _handle(node: tree.Element | tree.Entry) -> Any:
    return node.handle


def _insert(parent: Any, at: int, nodes: Sequence[tree.Element | tree.Text]) -> None:
    for place, node in enumerate(nodes, start=at):
        if isinstance(node, tree.Text):
            text = parent.children.insert(place, XmlText(""))
            _write(text, node.runs)
        else:
            element = parent.children.insert(place, XmlElement(node.tag, dict(node.attributes)))  # type: ignore[arg-type]
            _insert(element, 0, node.children)


def _write(text: Any, runs: Sequence[tree.Run]) -> None:
    at = 0
    for run in runs:
        text.insert(at, run.text, dict(run.marks))
        at += run.units


def _demand(position: str, text: str) -> "Map[Any]":
    paragraph = XmlElement("paragraph", None, [XmlText(text)] if text else [])
    return Map({"pos": position, "text": XmlFragment([paragraph])})


def _outline(doc: "Doc[Any]") -> tree.Tree:
    with doc.transaction():
        demands = doc.get("demands", type=Map)
        return tree.Tree(
            _text(doc.get("title", type=Text)),
            _element(doc.get("body", type=XmlFragment)),
            [_entry(id_, demands.get(id_)) for id_ in sorted(demands.keys())],
        )


def _text(text: Text | XmlText) -> tree.Text:
    runs = [tree.Run(words if isinstance(words, str) else None, marks or {}) for words, marks in text.diff()]
    return tree.Text(runs, text, sum(run.units for run in runs) == len(text))


def _element(element: XmlFragment | XmlElement) -> tree.Element:
    children = [_text(child) if isinstance(child, XmlText) else _element(child) for child in element.children]
    tag = (element.tag or "") if isinstance(element, XmlElement) else ""
    # Nothing but headings says anything by its attributes, and asking takes time.
    attributes = (
        {"level": element.attributes.get("level")} if isinstance(element, XmlElement) and tag == "heading" else {}
    )
    return tree.Element(tag, attributes, children, element, len(children) == len(element.children))


def _entry(id_: str, value: object) -> tree.Entry:
    if not isinstance(value, Map):
        return tree.Entry(id_, None, struck=False, text=None)
    text = value.get("text")
    return tree.Entry(
        id_,
        value.get("pos"),
        struck=value.get("deleted") is True,
        text=_element(text) if isinstance(text, XmlFragment) else None,
        handle=value,
    )
