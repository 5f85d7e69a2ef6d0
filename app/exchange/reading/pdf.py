"""Reading the text of a PDF, in a process of its own: whatever the file does to its reader, it does it there.

python -m app.exchange.reading.pdf < FILE     writes the text of each page as JSON
"""

import json
import logging
import re
import resource
import subprocess
import sys
from io import BytesIO

from app.kit.errors import Invalid, TooLarge
from app.kit.i18n import _

MOST_PAGES = 400
MOST_CHARACTERS = 2_000_000
#: Seconds of the processor, and bytes of memory, that the reader gets.
SECONDS = 60
MEMORY = 1024 * 1024 * 1024

_ENDS = (".", "!", "?", ":", "…", "”", '"', ")")
_AND = re.compile(r"(?:och|eller|samt)\b")


def pages_of(data: bytes) -> list[str]:
    """The text of each page. Raises Invalid for what can't be read, TooLarge for what is no programme. Call it in a
    thread: it takes seconds."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "app.exchange.reading.pdf"],
            input=data,
            capture_output=True,
            timeout=2 * SECONDS,
            check=True,
        )
        pages = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Invalid(
            _("The PDF can't be read: it is damaged, locked, or too complicated. Use the Word file, if there is one.")
        ) from None
    if pages is None:
        raise TooLarge(_("The PDF has more than {n} pages, or more text than a programme.", n=MOST_PAGES))
    return [str(page) for page in pages]


def paragraphs_of(page: str) -> list[str]:
    """The lines of a page put together: a paragraph ends with a blank line, or where a sentence ends a short line."""
    paragraphs: list[str] = []
    lines = [" ".join(line.split()) for line in page.splitlines()]
    widest = max((len(line) for line in lines), default=0)
    open_one = ""
    for line in lines:
        if not line:
            paragraphs, open_one = [*paragraphs, open_one], ""
            continue
        if open_one.endswith("-") and line[:1].islower() and not _AND.match(line):
            open_one = open_one[:-1] + line
        else:
            open_one = f"{open_one} {line}".strip()
        if line.endswith(_ENDS) and len(line) < 0.8 * widest:
            paragraphs, open_one = [*paragraphs, open_one], ""
    return [each for each in [*paragraphs, open_one] if each]


def _read(data: bytes) -> list[str] | None:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    if len(reader.pages) > MOST_PAGES:
        return None
    pages: list[str] = []
    for page in reader.pages:
        pages.append(page.extract_text())
        if sum(map(len, pages)) > MOST_CHARACTERS:
            return None
    return pages


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # What the library says of a file may hold words of it.
    logging.disable(logging.CRITICAL)
    # Half a pair of surrogates can be stored nowhere.
    pages = _read(sys.stdin.buffer.read())
    cleaned = None if pages is None else [page.encode(errors="replace").decode() for page in pages]
    json.dump(cleaned, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
