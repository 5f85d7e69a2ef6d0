"""Whatever is in a motion, every format writes it, opens again, and holds the words as words."""

import re
import string
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from odfdo import Document as OdfDocument
from pypdf import PdfReader

from app.documents.text import Block, Demand, MotionText, Span, merged, normalise_demand
from app.exchange.docx import docx
from app.exchange.export import Export
from app.exchange.importing import draft_from_file
from app.exchange.markdown import markdown
from app.exchange.odt import odt
from app.exchange.paper import clean, compose, levelled, trimmed
from app.exchange.pdf import pdf
from app.exchange.plain import plain
from tests.exchange.samples import sample, texts

#: Pieces that have meant trouble somewhere.
TROUBLE = [
    "<script>alert(1)</script>", "]]>", "&amp;", "<!--", "#panic()", "$x$", "@ref", "\\", "`", "*", "_", "**", "[a](b)",
    "![", "<w:p/>", "{{ x }}", "%s", "\x00", "\x1b[31m", "\x85", "\u2028", "\u200b", "\u202e", "\ufeff", "\ufffe",
    "\ud800", "😀", "👩‍👩‍👧", "שלום", "مرحبا", "日本", "e\u0301", "å" * 120,
    "https://a.se/" + "b/" * 80, "\n", "\n\n", "\t",
    "  ", "att ", "1. ", "- ", "> ", "# ", "--", "...", "'", '"', "|", "=", "~~", "\r\n", "\ue000", "\U0010ffff",
]  # fmt: skip
PIECES = st.one_of(st.sampled_from(TROUBLE), st.text(max_size=12))
ANY_TEXT = st.lists(PIECES, max_size=5).map("".join)
LINKS = st.one_of(
    st.none(), st.sampled_from(["https://a.se/?b=1&copy=2", "mailto:a@b.se", "javascript:alert(1)", "https://(a)/[b]"])
)
SPANS = st.builds(Span, ANY_TEXT, st.booleans(), st.booleans(), LINKS)
BLOCKS = st.builds(
    Block,
    st.sampled_from(["paragraph", "heading", "bullet", "ordered", "quote"]),
    st.lists(SPANS, max_size=4).map(tuple),
    st.integers(0, 9),
)
DEMANDS = st.builds(Demand, st.just("x"), ANY_TEXT.map(normalise_demand))
MOTIONS = st.builds(
    MotionText, ANY_TEXT, st.lists(BLOCKS, max_size=6).map(tuple), st.lists(DEMANDS, max_size=3).map(tuple)
)
EXPORTS = st.builds(
    lambda text, name: sample(text=text, call=name, recipient=name, association=name, authors=(name, "")),
    MOTIONS,
    ANY_TEXT,
)
THOROUGH = settings(max_examples=40, deadline=None)


def _words(text: str) -> str:
    """`text` without white space, which every format breaks lines at."""
    return "".join(text.split())


def _all_words(export: Export) -> str:
    paper = compose(export)
    blocks = "".join(block.text for block in _blocks(paper.parts))
    return _words(
        paper.title + paper.addressed + blocks + paper.introduction * bool(paper.demands) + "".join(paper.demands)
    )


def _blocks(parts: Any) -> list[Block]:
    found: list[Block] = []
    for part in parts:
        if isinstance(part, Block):
            found.append(part)
        else:
            for item in part.items:
                found += [Block(part.kind, item.spans), *_blocks(item.inside)]
    return found


@given(EXPORTS)
@THOROUGH
def test_word_document_holds_every_word(export: Export) -> None:
    document = Document(BytesIO(docx(export)))
    written = "".join(p.text for p in document.paragraphs if p.text != "Förslag till beslut")
    assert _words(written).startswith(_all_words(export))


@given(EXPORTS)
@THOROUGH
def test_open_document_holds_every_word(export: Export) -> None:
    file = odt(export)
    assert OdfDocument(BytesIO(file)).meta.title == compose(export).title
    content = ET.fromstring(ZipFile(BytesIO(file)).read("content.xml"))  # noqa: S314 - our own file
    written = "".join(content.itertext())
    assert _words(written.replace("Förslag till beslut", "")).startswith(
        _all_words(export).replace("Förslagtillbeslut", "")
    )


@given(EXPORTS)
@THOROUGH
def test_pdf_is_written_and_tagged(export: Export) -> None:
    reader = PdfReader(BytesIO(pdf(export)))
    assert "/StructTreeRoot" in reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title


@given(EXPORTS)
@THOROUGH
def test_markdown_shows_every_word_and_nothing_as_markup_of_the_writer(export: Export) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown(export))
    shown = "".join(child.content for token in tokens if token.type == "inline" for child in token.children or ())
    assert (
        _words(shown).replace("Förslagtillbeslut", "").startswith(_all_words(export).replace("Förslagtillbeslut", ""))
    )
    inner = {child.type for token in tokens for child in token.children or ()}
    assert not inner & {"html_inline", "image", "code_inline"}
    assert not {token.type for token in tokens} & {"html_block", "code_block", "fence"}
    assert len([token for token in tokens if token.type == "hr"]) == 1
    hrefs = {
        str(child.attrs["href"]) for token in tokens for child in token.children or () if child.type == "link_open"
    }
    assert all(re.match(r"https?://|mailto:", href) for href in hrefs)


@given(EXPORTS)
@THOROUGH
def test_plain_text_is_text_and_nothing_else(export: Export) -> None:
    text = plain(export)
    assert text.encode().decode() == text
    assert not set(text) & {chr(code) for code in range(32) if chr(code) != "\n"}


#: Text as the editor makes it, that every format with marks can carry.
LETTERS = st.text(string.ascii_letters + "åäö,;()!#*_<>&\\[]|`~-+=.: 0123456789é", min_size=1, max_size=25)
TIDY = st.builds(Span, LETTERS, st.booleans(), st.booleans(), st.sampled_from([None, "https://a.se/?b=1&c=2"]))
TIDY_SPANS = st.lists(TIDY, min_size=1, max_size=4).map(lambda spans: trimmed(merged(spans)))
TIDY_BLOCKS = st.builds(
    Block,
    st.sampled_from(["paragraph", "bullet", "ordered", "quote"]),
    TIDY_SPANS.filter(bool),
)
#: A heading has no marks of its own. "Förslag" and its like announce the demands, wherever they stand.
TIDY_HEADINGS = st.builds(
    lambda text, level: Block("heading", (Span(f"R {text}".strip()),), level),
    LETTERS.map(lambda text: " ".join(clean(text).split())),
    st.sampled_from([2, 3]),
)


def _in_order(blocks: list[Block]) -> list[Block]:
    """The first heading is of the second level, as the editor makes sure of."""
    return levelled(blocks)


TIDY_MOTIONS = st.builds(
    lambda title, body, demands: MotionText(
        f"T {clean(title)}".strip(),
        tuple(body),
        tuple(Demand(str(n), normalise_demand(d)) for n, d in enumerate(demands)),
    ),
    LETTERS.map(lambda text: " ".join(text.split())),
    st.lists(st.one_of(TIDY_BLOCKS, TIDY_HEADINGS), max_size=5).map(_in_order),
    st.lists(LETTERS.filter(lambda text: bool(normalise_demand(text))), min_size=1, max_size=3),
)


@given(TIDY_MOTIONS)
@THOROUGH
def test_office_documents_come_back_as_they_were(text: MotionText) -> None:
    for name, write in (("m.docx", docx), ("m.odt", odt)):
        draft = draft_from_file(name, write(sample(text=text)))
        assert (draft.title, draft.body, draft.demands) == texts(text), name


@given(TIDY_MOTIONS)
@THOROUGH
def test_markdown_comes_back_with_the_same_words_in_the_same_structure(text: MotionText) -> None:
    draft = draft_from_file("m.md", markdown(sample(text=text)).encode())
    title, body, demands = texts(text)
    assert (draft.title, draft.demands) == (title, demands)
    assert [(block.kind, block.level, _words(block.text)) for block in draft.body] == [
        (block.kind, block.level, _words(block.text)) for block in body
    ]
