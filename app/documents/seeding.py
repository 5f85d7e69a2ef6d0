"""The first state of a document. The same input gives the same bytes on any machine, so a document that is seeded
twice, by two processes or after a crash, holds its text once."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID, uuid5

from app.documents import engine, ordering
from app.documents.editing import body_lines
from app.documents.lines import paragraph
from app.documents.nodes import nodes_of
from app.documents.text import Block, collapse, normalise_demand


def seed(title: str, body: str | Sequence[Block], demands: Sequence[str], document_id: UUID) -> bytes:
    """The state of a new document, as one update.

    `body` is plain text with its paragraphs separated by newlines, or blocks. Demands are normalised; one that holds
    nothing but "att" is kept, as a place to write in, and so is a paragraph without words among blocks. An empty body
    has one empty paragraph for the same reason.
    """
    nodes = [paragraph(line) for line in body_lines(body)] if isinstance(body, str) else list(nodes_of(body))
    positions = ordering.spread(None, None, len(demands))
    entries = [
        (str(uuid5(document_id, f"demand {number}")), position, normalise_demand(text) or "att ")
        for number, (position, text) in enumerate(zip(positions, demands, strict=True), start=1)
    ]
    # A client of 32 bits, like those of browsers; all that it ever writes is this.
    client_id = int.from_bytes(sha256(document_id.bytes).digest()[:4], "big") or 1
    return engine.build(client_id, collapse(title), nodes or [paragraph("")], entries)
