"""The text of a motion as HTML, for pages that are read without JavaScript."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from app.documents.text import Block, Span

_HEADINGS = (Markup("<h3>{}</h3>"), Markup("<h4>{}</h4>"))
_LISTS = {"bullet": Markup("<ul>{}</ul>"), "ordered": Markup("<ol>{}</ol>")}


def body_html(blocks: Sequence[Block]) -> Markup:
    """The blocks of a body; headings begin at h3 in the page, since the motion's title is h1 and its parts are h2."""
    return Markup("").join(_parts(blocks))


def _parts(blocks: Sequence[Block]) -> Iterator[Markup]:
    for is_list, group in groupby(blocks, key=lambda block: block.kind in _LISTS):
        run = list(group)
        if is_list:
            yield from _lists(run)
        else:
            for block in run:
                yield _block(block)


def _block(block: Block) -> Markup:
    inner = spans_html(block.spans)
    if block.kind == "heading":
        return _HEADINGS[block.level >= 3].format(inner)
    if block.kind == "quote":
        return Markup("<blockquote><p>{}</p></blockquote>").format(inner)
    return Markup("<p>{}</p>").format(inner)


def _lists(run: Sequence[Block]) -> Iterator[Markup]:
    """Consecutive list items as nested lists. A level that is skipped is treated as one deeper."""
    at = 0
    while at < len(run):
        kind, level = run[at].kind, run[at].level
        items: list[Markup] = []
        while at < len(run) and run[at].level >= level and (run[at].level > level or run[at].kind == kind):
            item, at = spans_html(run[at].spans), at + 1
            deeper = at
            while deeper < len(run) and run[deeper].level > level:
                deeper += 1
            nested = Markup("").join(_lists(run[at:deeper]))
            items.append(Markup("<li><p>{}</p>{}</li>").format(item, nested))
            at = deeper
        yield _LISTS[kind].format(Markup("").join(items))


def spans_html(spans: Sequence[Span]) -> Markup:
    return Markup("").join(_span(span) for span in spans)


def _span(span: Span) -> Markup:
    html = Markup("<br>").join(escape(line) for line in span.text.split("\n"))
    if span.bold:
        html = Markup("<strong>{}</strong>").format(html)
    if span.italic:
        html = Markup("<em>{}</em>").format(html)
    if span.link is not None:
        html = Markup('<a href="{}" rel="noopener nofollow">{}</a>').format(span.link, html)
    return html
