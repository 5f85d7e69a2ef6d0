"""A motion as a tagged PDF (PDF/UA-1) that a screen reader can read and a printer can print."""

from dataclasses import asdict
from typing import Any

from app.exchange import wording
from app.exchange.export import Export
from app.exchange.paper import compose
from app.exchange.typesetting import STAND_IN, typeset


def pdf(export: Export) -> bytes:
    """The motion as .pdf: A4, PDF/UA-1, in Swedish. The same export gives the same bytes.

    A character that the fonts don't have (an emoji, say) is shown as "□", and a line at the end says so.
    """
    paper = compose(export)
    creators = [name for name in (*paper.authors, paper.association) if name]
    return typeset("motion.typ", {**asdict(paper), "creators": creators, "words": words()}, export.dated)


def words() -> dict[str, Any]:
    """The fixed words of a printed motion."""
    return {
        "demands": wording.DEMANDS,
        "signatories": wording.SIGNATORIES,
        "columns": wording.COLUMNS,
        "page": wording.PAGE,
        "of": wording.OF,
        "missing": f"{STAND_IN} {wording.MISSING}",
    }
