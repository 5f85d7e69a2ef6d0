"""A motion as plain text, for a mail or a form that takes nothing else."""

from collections.abc import Sequence

from app.documents.text import Span
from app.exchange import wording
from app.exchange.export import Export
from app.exchange.paper import Listing, Part, compose


def plain(export: Export) -> str:
    """The motion as text: paragraphs apart, one line each, demands numbered; addresses of links in angle brackets."""
    paper = compose(export)
    blocks = [paper.title, paper.addressed, *map(part_text, paper.parts)]
    if paper.demands:
        demands = "\n".join(f"{number}. {demand}" for number, demand in enumerate(paper.demands, start=1))
        blocks += [wording.DEMANDS, paper.introduction, demands]
    blocks.append("\n".join(text for text in (paper.dateline, paper.association, *paper.authors) if text))
    if paper.rows:
        rows = (
            f"- {association}: {body} {day}, {section}, att-satser: {numbers}"
            for association, body, day, section, numbers in paper.rows
        )
        blocks += [wording.SIGNATORIES, "\n".join(rows)]
    if paper.handed_in:
        blocks.append(f"{paper.handed_in}\n{wording.FINGERPRINT}: {paper.fingerprint}")
    return "\n\n".join(blocks) + "\n"


def part_text(part: Part) -> str:
    """One paragraph, heading or list as text."""
    if isinstance(part, Listing):
        return _list(part)
    text = _shown(part.spans)
    return "> " + text.replace("\n", "\n> ") if part.kind == "quote" else text


def _list(listing: Listing) -> str:
    lines = []
    for number, item in enumerate(listing.items, start=1):
        marker = "- " if listing.kind == "bullet" else f"{number}. "
        content = "\n".join([_shown(item.spans), *map(_list, item.inside)])
        lines.append(marker + content.replace("\n", "\n" + " " * len(marker)))
    return "\n".join(lines)


def _shown(spans: Sequence[Span]) -> str:
    return "".join(
        f"{span.text} <{span.link}>" if span.link and span.link != span.text else span.text for span in spans
    )
