"""The Word document that a motion is written into: its page, styles, kinds of list, language and properties."""

from datetime import UTC, date, datetime, time
from textwrap import shorten

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from app.exchange import styles

#: Ids of the kinds of list; each ordered list gets an instance of its own from ORDERED on.
BULLETS, DEMANDS, ORDERED = 1, 2, 3

_LANGUAGE = "sv-SE"
_FONT = "Arial"
_INK = RGBColor(0x1A, 0x1A, 0x1A)
_LIST_DEPTH = 9
_LONGEST_PROPERTY = 255  # what Word takes
_INDENT = 425  # twentieths of a point: 7.5 mm for each level
# Parts of python-docx's own template that say nothing about a motion.
_NEEDLESS = {"stylesWithEffects", "customXml", "thumbnail"}
# What remains of the styles of python-docx's own template; the rest would only fill Word's style list.
_KEPT = {
    "Normal", "DefaultParagraphFont", "TableNormal", "NoList", "Heading1", "Heading2", "Heading3", "Heading1Char",
    "Heading2Char", "Heading3Char", "ListBullet", "ListNumber", "Quote", "QuoteChar", "Footer", "FooterChar",
    "TableGrid",
}  # fmt: skip


def blank(title: str, subject: str, creators: str, dated: date) -> DocumentObject:
    """An empty document with the look and the kinds of list of a motion; the arguments are what it says of itself."""
    document = Document()
    for owner in (document.part, document.part.package):
        for key, relation in list(owner.rels.items()):
            if relation.reltype.rpartition("/")[2] in _NEEDLESS:
                del owner.rels[key]
    for child in list(document.part.numbering_part.element):
        document.part.numbering_part.element.remove(child)
    _define_lists(document.part.numbering_part.element)
    _define_styles(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(25), Mm(22)
    properties = document.core_properties
    properties.title = shorten(title, _LONGEST_PROPERTY, placeholder="…")
    properties.subject = shorten(subject, _LONGEST_PROPERTY, placeholder="…")
    properties.author = properties.last_modified_by = shorten(creators, _LONGEST_PROPERTY, placeholder="…")
    properties.language = _LANGUAGE
    properties.comments = ""
    properties.created = properties.modified = datetime.combine(dated, time(12), UTC)
    _define_settings(document)
    return document


def _define_settings(document: DocumentObject) -> None:
    """Swedish as the language of the document, and the present file format: without that Word opens it in
    compatibility mode. Children have a fixed order in the schema."""
    settings = document.settings.element
    for old in settings.findall(qn("w:compat")) + settings.findall(qn("w:themeFontLang")):
        settings.remove(old)
    compat = element(
        "w:compat",
        children=(
            element(
                "w:compatSetting",
                name="compatibilityMode",
                uri="http://schemas.microsoft.com/office/word",
                val="15",
            ),
        ),
    )
    after = next((settings.index(child) for child in settings if child.tag in _AFTER_COMPAT), len(settings))
    settings.insert(after, compat)
    after = next((settings.index(child) for child in settings if child.tag in _AFTER_LANGUAGE), len(settings))
    settings.insert(after, element("w:themeFontLang", val=_LANGUAGE))


_AFTER_LANGUAGE = {
    qn(name)
    for name in (
        "w:clrSchemeMapping", "w:doNotIncludeSubdocsInStats", "w:shapeDefaults", "w:decimalSymbol", "w:listSeparator"
    )
}  # fmt: skip
_AFTER_COMPAT = _AFTER_LANGUAGE | {qn("w:docVars"), qn("w:rsids"), qn("m:mathPr"), qn("w:attachedSchema")}


def _define_styles(document: DocumentObject) -> None:
    for style in list(document.styles.element):
        if style.tag == qn("w:style") and style.get(qn("w:styleId")) not in _KEPT:
            document.styles.element.remove(style)
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for lang in defaults.findall(qn("w:lang")):
        defaults.remove(lang)
    defaults.append(element("w:lang", val=_LANGUAGE, eastAsia=_LANGUAGE, bidi="ar-SA"))

    normal = _styled(document, "Normal", size=11, after=8)
    normal.paragraph_format.line_spacing = 1.2
    normal.paragraph_format.widow_control = True
    _styled(document, "Heading 1", size=20, bold=True, before=0, after=4, keep=True)
    _styled(document, "Heading 2", size=14, bold=True, before=16, after=4, keep=True)
    _styled(document, "Heading 3", size=12, bold=True, before=12, after=4, keep=True)
    quote = _styled(document, "Quote", size=11, italic=False, after=8)
    quote.paragraph_format.left_indent = quote.paragraph_format.right_indent = Mm(10)
    _styled(document, "List Bullet", size=11, after=8)
    _styled(document, "List Number", size=11, after=8)
    _styled(document, "Footer", size=8.5, after=2)
    _added(document, styles.ADDRESSED, size=11, after=16)
    _added(document, styles.HEADING, base="Heading 2", keep=True)
    _added(document, styles.INTRODUCTION, after=6, keep=True)
    demand = _added(document, styles.DEMAND, after=6)
    demand.element.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = DEMANDS
    _added(document, styles.SIGNATURE, after=2).paragraph_format.keep_together = True
    _added(document, styles.CELL, size=9.5, after=2).paragraph_format.space_before = Pt(2)
    link = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = RGBColor(0x0B, 0x4F, 0x8A)
    link.font.underline = True


def _added(
    document: DocumentObject,
    name: str,
    *,
    base: str = "Normal",
    size: float | None = None,
    after: float | None = None,
    keep: bool = False,
) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = document.styles[base]
    style.next_paragraph_style = document.styles["Normal"]
    style.quick_style = True
    style.font.size = Pt(size) if size else None
    style.paragraph_format.space_after = Pt(after) if after is not None else None
    style.paragraph_format.keep_with_next = True if keep else None
    return style


def _styled(
    document: DocumentObject,
    name: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
) -> ParagraphStyle:
    """The template's style `name`, without its theme fonts, colours and numbering."""
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    for fonts in style.element.get_or_add_rPr().findall(qn("w:rFonts")):
        style.element.get_or_add_rPr().remove(fonts)
    style.font.name = _FONT
    fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
    fonts.set(qn("w:cs"), _FONT)
    fonts.set(qn("w:eastAsia"), _FONT)
    style.font.size = Pt(size)
    style.font.bold, style.font.italic = bold, italic
    style.font.color.rgb = _INK
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.keep_with_next = True if keep else None
    for numbering in style.element.get_or_add_pPr().findall(qn("w:numPr")):
        style.element.get_or_add_pPr().remove(numbering)
    return style


def _define_lists(numbering: BaseOxmlElement) -> None:
    """The three kinds of list; every `w:abstractNum` stands before the first `w:num`."""
    for kind in kinds_of_list((BULLETS, DEMANDS, ORDERED), demand_style=styles.DEMAND.replace(" ", "")):
        numbering.append(kind)
    numbering.append(instance(BULLETS, BULLETS))
    numbering.append(instance(DEMANDS, DEMANDS))


def kinds_of_list(numbers: tuple[int, int, int], demand_style: str | None = None) -> list[BaseOxmlElement]:
    """Bullets, demands and ordered lists, as `w:abstractNum` with those numbers."""
    bullets = [_level(level, "bullet", "–" if level % 2 else "•") for level in range(_LIST_DEPTH)]
    ordered = [
        _level(level, "decimal" if level % 2 == 0 else "lowerLetter", f"%{level + 1}.") for level in range(_LIST_DEPTH)
    ]
    demands = [_level(0, "decimal", "%1.", style=demand_style)]
    return [
        element("w:abstractNum", abstractNumId=str(number), children=(element("w:multiLevelType", val=kind), *levels))
        for number, kind, levels in zip(
            numbers,
            ("hybridMultilevel", "singleLevel", "multilevel"),
            (bullets, demands, ordered),
            strict=True,
        )
    ]


def _level(level: int, kind: str, text: str, style: str | None = None) -> BaseOxmlElement:
    indent = element("w:ind", left=str(_INDENT * (level + 1)), hanging=str(_INDENT))
    return element(
        "w:lvl",
        ilvl=str(level),
        children=(
            element("w:start", val="1"),
            element("w:numFmt", val=kind),
            *((element("w:pStyle", val=style),) if style else ()),
            element("w:lvlText", val=text),
            element("w:lvlJc", val="left"),
            element("w:pPr", children=(indent,)),
        ),
    )


def instance(number: int, kind: int, restart_at_level: int | None = None) -> BaseOxmlElement:
    """An instance of a kind of list; all paragraphs with its number count on together."""
    restart: tuple[BaseOxmlElement, ...] = ()
    if restart_at_level is not None:
        start = element("w:startOverride", val="1")
        restart = (element("w:lvlOverride", ilvl=str(restart_at_level), children=(start,)),)
    return element("w:num", numId=str(number), children=(element("w:abstractNumId", val=str(kind)), *restart))


def element(tag: str, *, children: tuple[BaseOxmlElement, ...] = (), **attributes: str) -> BaseOxmlElement:
    """A new element of Word's own; so are its attributes."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    for child in children:
        made.append(child)
    return made
