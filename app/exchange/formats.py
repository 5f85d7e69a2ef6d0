"""The file formats that a motion can be taken out in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.exchange.docx import docx
from app.exchange.export import Export
from app.exchange.markdown import markdown
from app.exchange.odt import odt
from app.exchange.pdf import pdf
from app.exchange.plain import plain


@dataclass(frozen=True, slots=True)
class Format:
    """`write` works for a fraction of a second to some seconds: call it in a thread."""

    media_type: str
    write: Callable[[Export], bytes]


#: By the ending of the file's name.
FORMATS: Mapping[str, Format] = {
    "docx": Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx),
    "odt": Format("application/vnd.oasis.opendocument.text", odt),
    "pdf": Format("application/pdf", pdf),
    "md": Format("text/markdown; charset=utf-8", lambda export: markdown(export).encode()),
    "txt": Format("text/plain; charset=utf-8", lambda export: plain(export).encode()),
}
