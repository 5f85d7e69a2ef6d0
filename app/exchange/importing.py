"""Beginning a motion with a text that somebody has already written elsewhere."""

from pathlib import PurePath

from app.exchange.reading.archive import MOST_BYTES, Archive, encrypted, with_macros
from app.exchange.reading.docx import read_docx
from app.exchange.reading.interpret import Draft, interpret
from app.exchange.reading.markdown import read_markdown
from app.exchange.reading.odt import read_odt
from app.exchange.reading.plain import decode, read_plain
from app.exchange.reading.sheet import Sheet
from app.kit.errors import Invalid, TooLarge
from app.kit.i18n import _

MOST_TEXT_BYTES = 2 * 1024 * 1024
_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MARKDOWN = {".md", ".markdown"}
_WITH_MACROS = {".docm", ".dotm"}


def draft_from_file(name: str, data: bytes) -> Draft:
    """The motion in an uploaded file: .docx, .odt, .md or .txt, known by its content rather than by its name.

    Reads in the time and memory that a motion takes, whatever the file holds. Raises Invalid or TooLarge, with what
    happened, why and what to do, for anything that can't be read. Call it in a thread: a long document takes a second.
    """
    if len(data) > MOST_BYTES:
        Archive(data)
    return interpret(read_sheet(PurePath(name).suffix.lower(), data))


def draft_from_text(text: str) -> Draft:
    """The motion in a text that was pasted."""
    _check_length(len(text))
    return interpret(read_plain(text))


def read_sheet(suffix: str, data: bytes) -> Sheet:
    """The lines of a file, known by its content; raises as `draft_from_file` does."""
    if suffix in _WITH_MACROS:
        with_macros()
    if data.startswith(_ZIP):
        archive = Archive(data)
        if "[Content_Types].xml" in archive.names:
            return read_docx(archive)
        if "content.xml" in archive.names:
            return read_odt(archive)
    elif data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            encrypted()
        raise Invalid(
            _(
                "The file is in Word's format from before 2007 (.doc), which can't be read here. "
                "Open it in your word processor and save it as .docx, or paste the text instead."
            )
        )
    elif data.startswith(b"%PDF"):
        raise Invalid(
            _(
                "A PDF can't be turned back into a text reliably. Use the document that it was made from, "
                "or paste the text instead."
            )
        )
    elif not data.startswith(b"{\\rtf"):
        _check_length(len(data))
        text = decode(data)
        if not text.strip():
            raise Invalid(_("The file is empty. Choose another one, or paste the text instead."))
        return read_markdown(text) if suffix in _MARKDOWN else read_plain(text)
    raise Invalid(
        _(
            "The file is of a kind that can't be read here. Save it as .docx, .odt, .md or .txt and try again, "
            "or paste the text instead."
        )
    )


def _check_length(length: int) -> None:
    if length > MOST_TEXT_BYTES:
        raise TooLarge(
            _(
                "The text is larger than {megabytes} MB, far more than a motion. Take in the motion alone.",
                megabytes=MOST_TEXT_BYTES // 2**20,
            )
        )
