"""The fixed Swedish words of an exported motion.

They are not looked up in the catalog of the user interface: the motion, the language mark of the file and its
recipient are Swedish, whatever language its reader has chosen for the pages.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from babel.dates import format_date

from app.kit.clock import STOCKHOLM

UNTITLED = "Motion utan rubrik"
DEMANDS = "Förslag till beslut"
SIGNATORIES = "Föreningar som ställer sig bakom motionen"
COLUMNS = ("Förening", "Beslutat av", "Datum", "Protokoll", "Att-satser")
ALL_DEMANDS = "alla"
PAGE, OF = "Sida", "av"
FINGERPRINT = "SHA-256"
MISSING = "står för ett tecken som typsnittet saknar. Det finns kvar i Word-, ODT- och textfilerna."
PLAIN_INTRODUCTION = "Vi yrkar"
CONTENTS = "Innehåll"
NO_THEME = "Utan tema"
WORKSHEET = "Arbetsblad för en motion"
TITLE = "Rubrik"
REASONS = "Bakgrund och motivering"
REASONS_HINT = "Vad är problemet, för vem, och vad skulle bli bättre?"
DEMANDS_HINT = "Ett förslag på varje rad, så att mötet kan besluta om dem ett i taget. Skriv vem som ska göra vad."
NAMES = "Förening och namn"
JOIN = "Vill du skriva på telefon eller dator i stället? Fotografera rutan, eller skriv in koden:"
SQUARE = "Fyrkantig kod med länken till motionen"

# A deciding body in its indefinite or definite form, alone or at the end of a compound, and the ending of the
# definite form: "Distriktskongress 2026" decides as "distriktskongressen".
_BODIES = (
    (re.compile(r"\b(\w*kongress)(?:en)?\b", re.IGNORECASE), "en"),
    (re.compile(r"\b(\w*konferens)(?:en)?\b", re.IGNORECASE), "en"),
    (re.compile(r"\b(\w*årsmöte)(?:t)?\b", re.IGNORECASE), "t"),
    (re.compile(r"\b(\w*representantskap)(?:et)?\b", re.IGNORECASE), "et"),
    (re.compile(r"\b(\w*stämma)(?:n)?\b", re.IGNORECASE), "n"),
    (re.compile(r"\b(arbetarekommun)(?:en)?\b", re.IGNORECASE), "en"),
)
_NAMES_ITS_BODY = re.compile(
    r"^att\s+\w*(?:kongressen|konferensen|årsmötet|representantskapet|stämman|arbetarekommunen)\b", re.IGNORECASE
)


def introduction(recipient: str, call: str, demands: Iterable[str]) -> str:
    """The words in front of the numbered demands, each of which begins with "att".

    "Vi föreslår att kongressen beslutar" when the recipient or the call names the body that decides and the demands
    don't name it themselves; otherwise "Vi yrkar", which fits any demand and any recipient.
    """
    if any(_NAMES_ITS_BODY.match(demand) for demand in demands):
        return PLAIN_INTRODUCTION
    for name in (recipient, call):
        for pattern, ending in _BODIES:
            if found := pattern.search(name):
                return f"Vi föreslår att {found[1].lower()}{ending} beslutar"
    return "Vi föreslår att kongressen beslutar" if not recipient.strip() else PLAIN_INTRODUCTION


def addressed(call: str, recipient: str) -> str:
    """The line that says where the motion goes."""
    return f"Motion till {call or recipient}" if call or recipient else "Motion"


def dateline(dated: date) -> str:
    """ "Den 3 juni 2026". The place is not known; whoever signs on paper writes it there."""
    return f"Den {format_date(dated, 'd MMMM y', locale='sv')}"


def section(paragraph: str) -> str:
    """A section of the minutes, with one § in front of it."""
    number = paragraph.strip().lstrip("§").strip()
    return f"§ {number}" if number else "–"


def numbers(demands: tuple[int, ...] | None) -> str:
    """Which demands an association backs: "alla", or their numbers."""
    if demands is None:
        return ALL_DEMANDS
    return ", ".join(str(number) for number in sorted(set(demands))) or "–"


def handed_in(submitted_at: datetime, late: bool) -> str:
    """When the motion was handed in, in Stockholm."""
    at = submitted_at.astimezone(STOCKHOLM)
    lateness = ", efter motionsstopp" if late else ""
    return f"Inlämnad {format_date(at, 'd MMMM y', locale='sv')} kl. {at:%H:%M}{lateness}"


def booklet(call: str) -> str:
    """The title of all motions of a call as one document."""
    return f"Motioner till {call}"


def count(motions: int) -> str:
    return "1 motion" if motions == 1 else f"{motions} motioner"


def from_whom(association: str, backing: Sequence[str]) -> str:
    """ "Från Vallsta. Bakom motionen står också Norrby och Hamnen."."""
    first = f"Från {association}" if association else ""
    if not backing:
        return first
    names = backing[0] if len(backing) == 1 else f"{', '.join(backing[:-1])} och {backing[-1]}"
    return f"{first}. Bakom motionen står också {names}." if first else f"Bakom motionen står {names}."


def send_before(deadline_at: datetime) -> str:
    """Until when motions are taken, in Stockholm."""
    at = deadline_at.astimezone(STOCKHOLM)
    return f"Motionsstopp {format_date(at, 'd MMMM y', locale='sv')} kl. {at:%H:%M}"
