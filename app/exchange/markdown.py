"""A motion as Markdown (CommonMark, with a GitHub-style table of signatories)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from app.documents.text import Span
from app.exchange import wording
from app.exchange.export import Export
from app.exchange.paper import Listing, Paper, Part, compose
from app.exchange.reading.markdown import read_inline

_ACTIVE = re.compile(r"[\\`*_\[\]<>&~|]")
_LINE_START = re.compile(r"^ *(?:([#+\-=>])|(\d{1,9})([.)]))", re.MULTILINE)
_LAST_SIGN = re.compile(r"(?<!\\)#$")
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
_ENTITY = re.compile(r"&(?=#?\w+;)")


def markdown(export: Export) -> str:
    """The motion as Markdown. What is typed in the motion is shown as it is, never read as markup."""
    paper = compose(export)
    blocks = [_heading(1, _escaped(paper.title)), _escaped(paper.addressed)]
    blocks += [_part(part) for part in paper.parts]
    if paper.demands:
        demands = "\n".join(f"{number}. {_escaped(demand)}" for number, demand in enumerate(paper.demands, start=1))
        blocks += [f"## {wording.DEMANDS}", _escaped(paper.introduction), demands]
    names = [f"**{_escaped(paper.association)}**"] if paper.association else []
    blocks.append("\\\n".join([_escaped(paper.dateline), *names, *map(_escaped, paper.authors)]))
    if paper.rows:
        blocks += [f"## {wording.SIGNATORIES}", _table(paper)]
    if paper.handed_in:
        blocks += ["---", f"{_escaped(paper.handed_in)}\\\n{wording.FINGERPRINT}: {_escaped(paper.fingerprint or '')}"]
    return "\n\n".join(blocks) + "\n"


def _part(part: Part) -> str:
    if isinstance(part, Listing):
        return _list(part)
    if part.kind == "heading":
        # A heading is one line.
        spans = [replace(span, text=span.text.replace("\n", " ")) for span in part.spans]
        return _heading(part.level, _inline(spans))
    text = _inline(part.spans)
    return _indented(text, "> ", "> ") if part.kind == "quote" else text


def _heading(level: int, text: str) -> str:
    """A heading; number signs at its end would be taken for decoration."""
    return "#" * level + " " + _LAST_SIGN.sub(r"\#", text)


def _list(listing: Listing) -> str:
    lines = []
    for number, item in enumerate(listing.items, start=1):
        marker = "- " if listing.kind == "bullet" else f"{number}. "
        content = "\n".join([_inline(item.spans), *map(_list, item.inside)])
        lines.append(_indented(content, marker, " " * len(marker)))
    return "\n".join(lines)


def _indented(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", f"\n{rest}")


def _table(paper: Paper) -> str:
    rows = [wording.COLUMNS, ("---",) * len(wording.COLUMNS)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines += ["| " + " | ".join(map(_escaped, row)) + " |" for row in paper.rows]
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return _lines(_ACTIVE.sub(r"\\\g<0>", text))


def _lines(text: str) -> str:
    """`text` with its line breaks kept, and no line read as a heading, list item or rule."""
    text = _LINE_START.sub(lambda start: f"\\{start[1]}" if start[1] else f"{start[2]}\\{start[3]}", text)
    return re.sub(r" *\n *", "\\\\\n", text)


def _inline(spans: Sequence[Span]) -> str:
    """`spans` as Markdown. Where the marks would not be read back as they are (CommonMark can't set half a word in
    bold beside a parenthesis), the text stands without bold and italic rather than with stray asterisks."""
    marked = _lines(_marked(list(_unspaced(spans)), (("bold", "**"), ("italic", "*"))))
    if _seen(read_inline(marked)) == _seen(spans):
        return marked
    return _lines(_joined([Span(span.text, link=span.link) for span in spans]))


def _seen(spans: Iterable[Span]) -> list[tuple[str, bool, bool, str | None]]:
    """What a reader sees: marks on white space are not to be seen."""
    return [
        (character, False, False, None) if character.isspace() else (character, span.bold, span.italic, span.link)
        for span in spans
        for character in span.text
    ]


def _unspaced(spans: Iterable[Span]) -> Iterable[Span]:
    """`spans` with the white space at the edges of marked text outside of the marks."""
    for span in spans:
        if span == Span(span.text):
            yield span
            continue
        edges = _EDGES.fullmatch(span.text)
        assert edges is not None
        yield from (Span(edges[1]), Span(edges[2], span.bold, span.italic, span.link), Span(edges[3]))


def _marked(spans: Sequence[Span], marks: Sequence[tuple[str, str]]) -> str:
    if not marks:
        return _joined(spans)
    (name, mark), *rest = marks
    written = ""
    for on, group in groupby((span for span in spans if span.text), key=lambda span: bool(getattr(span, name))):
        inner = _marked(list(group), rest)
        written += f"{mark}{inner}{mark}" if on else inner
    return written


def _joined(spans: Sequence[Span]) -> str:
    """The text and links of `spans`; line starts are those of the whole."""
    written = ""
    for span in spans:
        text = _ACTIVE.sub(r"\\\g<0>", span.text)
        if span.link and text.strip():
            if written.endswith("!"):
                written = f"{written[:-1]}\\!"
            text = f"[{text}](<{_ENTITY.sub('&amp;', span.link)}>)"
        written += text
    return written
