"""File names made from titles, and the header that carries them."""

import re
import unicodedata
from urllib.parse import quote

from app.exchange.paper import line

_LONGEST = 80
# Separators and what Windows refuses; a leading dot hides a file, a trailing one is dropped by Windows.
_REFUSED = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


def file_name(title: str, extension: str) -> str:
    """A name that any file system takes and a human recognises: "Fler tåg på kvällen.docx"."""
    stem = " ".join(_REFUSED.sub(" ", line(title)).split()).strip(". ")
    if len(stem) > _LONGEST:
        stem = stem[:_LONGEST].rsplit(" ", 1)[0].rstrip(". ")
    if not stem or _DEVICES.match(stem):
        stem = f"Motion {stem}".strip()
    return f"{stem}.{extension}"


def content_disposition(name: str) -> str:
    """The header's value for a download called `name` (RFC 6266): the name itself as UTF-8 (RFC 8187), and for a
    client that can't read that, the nearest in ASCII."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = " ".join(re.sub(r'["\\%;]', " ", plain).split())
    if not plain.rpartition(".")[0].strip():
        plain = f"motion.{name.rpartition('.')[2]}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
