"""Looking into a zip file that a stranger made, without unpacking more than a document needs."""

import zlib
from io import BytesIO
from typing import NoReturn
from xml.etree import ElementTree as ET
from zipfile import BadZipFile, ZipFile

from app.kit.errors import Invalid, TooLarge
from app.kit.i18n import _

MOST_BYTES = 10 * 1024 * 1024
MOST_PARTS = 2_000
#: Unpacked: one part that is read, and all of them as the file declares it.
MOST_PART_BYTES = 8 * 1024 * 1024
MOST_UNPACKED_BYTES = 100 * 1024 * 1024
#: Text packs to a tenth, at times a thirtieth; what packs better than this is no text.
MOST_RATIO = 200
_RATIO_COUNTS_FROM = 1024 * 1024
#: Deeper than any word processor nests, far from what would exhaust the stack.
MOST_DEPTH = 120
#: A long motion has some thousands; each takes some 150 bytes of memory.
MOST_ELEMENTS = 300_000
_ENCRYPTED = 0x1
_DIRECTORY_ENTRY = b"PK\x01\x02"


class Archive:
    """The parts of an office document. Every bound is checked before anything is unpacked.

    Raises Invalid or TooLarge, with words for the owner of the file, for what can't be opened safely.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise TooLarge(
                _(
                    "The file is larger than {megabytes} MB, mostly because of pictures. "
                    "Remove them, or paste the text instead.",
                    megabytes=MOST_BYTES // 2**20,
                )
            )
        if data.count(_DIRECTORY_ENTRY) > 2 * MOST_PARTS:
            swollen()
        try:
            self._zip = ZipFile(BytesIO(data))
            parts = self._zip.infolist()
        except (BadZipFile, NotImplementedError, ValueError, OverflowError, OSError):
            broken()
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            encrypted()
        unpacked = sum(part.file_size for part in parts)
        if (
            len(parts) > MOST_PARTS
            or unpacked > MOST_UNPACKED_BYTES
            or any(
                part.file_size > _RATIO_COUNTS_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1)
                for part in parts
            )
        ):
            swollen()
        self.names = frozenset(part.filename for part in parts)

    def read(self, name: str) -> bytes:
        """The bytes of one part."""
        try:
            with self._zip.open(name) as part:
                data = part.read(MOST_PART_BYTES + 1)
        except (KeyError, BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, zlib.error):
            broken()
        if len(data) > MOST_PART_BYTES:
            raise TooLarge(
                _(
                    "The text in the file is larger than {megabytes} MB. "
                    "Copy the motion itself into a document of its own.",
                    megabytes=MOST_PART_BYTES // 2**20,
                )
            )
        return data

    def xml(self, name: str) -> ET.Element:
        """One part as XML: no document type, no entities of its own, bounded depth."""
        return guarded(self.read(name))

    def optional_xml(self, name: str) -> ET.Element | None:
        """`xml`, or None when there is no such part."""
        return self.xml(name) if name in self.names else None


def guarded(data: bytes) -> ET.Element:
    """XML that a stranger made: no document type, no entities of its own, bounded depth. Raises Invalid or TooLarge."""
    # The declarations that make XML dangerous are refused by _Guarded before they take effect.
    parser = ET.XMLParser(target=_Guarded())  # noqa: S314
    try:
        parser.feed(data)
        root = parser.close()
    except (ET.ParseError, ValueError, LookupError):
        broken()
    assert isinstance(root, ET.Element)
    return root


class _Guarded(ET.TreeBuilder):
    """Builds a tree, and gives up on a document type and on endless nesting."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        broken()

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self._depth += 1
        self._elements += 1
        if self._depth > MOST_DEPTH or self._elements > MOST_ELEMENTS:
            swollen()
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)


def swollen() -> NoReturn:
    """Raises: the file is made to fill the memory of whoever opens it, or might as well be."""
    raise TooLarge(
        _(
            "The file unpacks to far more than a document holds, so it was not opened. "
            "Save the document anew in your word processor, or paste the text instead."
        )
    )


def broken() -> NoReturn:
    """Raises: the file can't be read."""
    raise Invalid(
        _(
            "The file can't be read: it is damaged or incomplete. Open it in your word processor, "
            "save it as a new .docx and try again, or paste the text instead."
        )
    )


def encrypted() -> NoReturn:
    """Raises: the file is locked with a password."""
    raise Invalid(
        _(
            "The file is protected with a password, so nothing in it can be read. "
            "Save a copy without a password and try again, or paste the text instead."
        )
    )


def with_macros() -> NoReturn:
    """Raises: the file carries programs."""
    raise Invalid(
        _(
            "The file holds macros, small programs that could do harm, so it was not opened. "
            "Save it as an ordinary .docx or .odt and try again, or paste the text instead."
        )
    )
