#!/usr/bin/env python3
"""Keeps the Swedish catalog in step with the msgids in the code and the templates.

bin/catalog.py --check           says what is missing, left over or wrong; exit status 1 if anything is
bin/catalog.py [FRAGMENT.po …]   takes translations from the fragments, adds what is missing untranslated, removes
                                 what nothing uses any more, and sorts
"""

import argparse
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

APP = Path(__file__).resolve().parent.parent / "app"
SWEDISH = APP / "locale" / "sv" / "LC_MESSAGES" / "messages.po"

Msgid = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with one msgid: where it is used, if anywhere, and what is wrong."""

    where: str
    msgid: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}: {self.msgid!r}"


def extract(app: Path = APP) -> dict[Msgid, str]:
    """All msgids below `app`, a pair for one with a plural, each with the first place that uses it."""
    found: dict[Msgid, str] = {}
    keywords = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
    methods = [("**.py", "python"), ("**/templates/**.*", "jinja2.ext:babel_extract")]
    options = {"**/templates/**.*": {"silent": "false", "trimmed": "true"}}
    extracted = extract_from_dir(app, methods, options, keywords=keywords)
    for file, line, message, _comments, _context in sorted(extracted, key=lambda one: (one[0], one[1])):
        found.setdefault(message, f"app/{file}:{line}")
    return found


def read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale="sv")
    with path.open("rb") as file:
        return read_po(file, locale="sv")


def placeholders(text: str) -> set[str]:
    """The names in `{…}` that `text.format(…)` fills in. Raises ValueError for braces that do not match."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def faults(used: dict[Msgid, str], catalog: Catalog) -> Iterator[Fault]:
    """Everything that keeps the catalog from being a complete translation of what is used."""
    for msgid, where in used.items():
        key = msgid if isinstance(msgid, str) else msgid[0]
        message = catalog.get(key)
        if message is None or not message.string or not all(_forms(message.string)):
            yield Fault(where, key, "is not translated")
        else:
            yield from _wrong(where, msgid, message)
    known = {msgid if isinstance(msgid, str) else msgid[0] for msgid in used}
    for message in catalog:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key and key not in known:
            yield Fault("messages.po", key, "is not used any more")
    for message in catalog.obsolete.values():
        yield Fault("messages.po", str(message.id), "is obsolete")


def _wrong(where: str, msgid: Msgid, message: Message) -> Iterator[Fault]:
    key = msgid if isinstance(msgid, str) else msgid[0]
    if isinstance(message.id, str) != isinstance(msgid, str):
        yield Fault(where, key, "has a plural in one place only")
        return
    if message.fuzzy:
        yield Fault(where, key, "is fuzzy")
    originals = _forms(msgid)
    for number, translated in enumerate(_forms(message.string)):
        original = originals[min(number, len(originals) - 1)]
        try:
            is_same = placeholders(original) == placeholders(translated)
        except ValueError:
            is_same = False
        # The form for one may say "en" instead of filling in the number.
        if not is_same and not (number == 0 and placeholders(original) - placeholders(translated) == {"n"}):
            yield Fault(where, key, f"its placeholders differ in {translated!r}")


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """One text for each number that the language tells apart; one empty text when there is none."""
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def update(used: dict[Msgid, str], catalog: Catalog, fragments: list[Catalog]) -> Catalog:
    """A catalog of exactly what is used, translated as in `catalog`, or else as in the first fragment that does."""
    updated = Catalog(
        locale="sv",
        project="motionsverkstad",
        version="",
        copyright_holder="",
        header_comment="# Svenska.",
        fuzzy=False,
        # The day is not ours to tell: it would make a difference where there is none.
        creation_date=catalog.creation_date,
    )
    for msgid in sorted(used, key=_forms):
        key = msgid if isinstance(msgid, str) else msgid[0]
        translations = [message.string for source in (catalog, *fragments) if (message := source.get(key))]
        fitting = [
            text for text in translations if all(_forms(text)) and isinstance(text, str) == isinstance(msgid, str)
        ]
        updated.add(msgid, fitting[0] if fitting else "")
    return updated


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("fragments", nargs="*", type=Path)
    arguments = parser.parse_args()
    used = extract()
    catalog = read(SWEDISH)
    if not arguments.check:
        catalog = update(used, catalog, [read(path) for path in arguments.fragments])
        SWEDISH.parent.mkdir(parents=True, exist_ok=True)
        with SWEDISH.open("wb") as file:
            write_po(file, catalog, omit_header=False, no_location=True, sort_output=True, width=0)
    wrong = sorted(map(str, faults(used, catalog)))
    for line in wrong:
        print(line)
    print(f"{len(used)} msgids, {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
