"""What a demand says, as far as its words tell: what it is about, and what is asked to happen to that."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.matching.polarity import (
    EXPRESSIONS,
    FIGHTS,
    LIGHT,
    NEGATIONS,
    SYNONYMS,
    WITHOUT,
    Act,
    act_at_end,
    act_of,
    axis_of,
)
from app.matching.stop_words import STOP_WORDS
from app.matching.words import stem

#: Letters beyond this are not read.
LONGEST = 600
#: What a word counts for that hardly tells demands apart, and one that only says why or how.
LIGHTLY = 0.35
ASIDE = 0.5
#: How many words after another act a word such as "färre" still turns it: "anställa färre chefer".
REACH = 2

_ATT = re.compile(r"^\s*att\s+")
_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:-[^\W\d_]+)*")
_PURPOSE = re.compile(
    r"\b(?:för att|i syfte att|så att|genom(?: att)?|eftersom|därför att|utan att|med målet att|till förmån för"
    r"|medan)\b"
)
#: After these a clause begins whose "inte" does not turn the demand.
_CLAUSES = frozenset({"som", "där", "när", "vars", "ifall"})
#: "verka för att" and the like begin no purpose.
_STRIVING = re.compile(r"\b(?:verka|arbeta|driva?|kämpa|agera|sträva|plädera|lobba)r? (?:\w+ )?för(?: att)?\b")
_INQUIRIES = ("utred", "översyn", "överväg", "undersök", "pröva", "analyser", "kartlägg", "möjligheten")
_FORMULAS = """
    verka verkar arbeta driva driver agera agerar uppdra uppdrar uppdrag anmoda uppmana se över partistyrelsen
    partiet socialdemokraterna kongressen distriktet distriktsstyrelsen distriktskongressen förbundet
    förbundsstyrelsen arbetarekommunen medverka utreda utreds utredas utredning undersöka undersöks överväga pröva
    översyn analysera möjligheten möjligheterna förutsättningarna genomföra genomförs genomföras ske sker skett
    åtgärder åtgärd insatser fram arbete arbetet lagstiftning lagstifta lag antal antalet mängden andelen omfattar
    omfattas ingår ingå behövs förblir förbli sätts sätta sättas hålls hållas läggs lägga fås sägs
"""
_NUMBERS = {
    "två": "2", "tre": "3", "fyra": "4", "fem": "5", "sex": "6", "sju": "7", "åtta": "8", "nio": "9", "tio": "10",
    "elva": "11", "tolv": "12", "femton": "15", "arton": "18", "tjugo": "20", "tjugofem": "25", "trettio": "30",
    "trettiofem": "35", "fyrtio": "40", "femtio": "50", "sextio": "60", "sextiofem": "65", "hundra": "100",
}  # fmt: skip
#: Words that say nothing of what is asked for.
_EMPTY = STOP_WORDS.union(_FORMULAS.split())
_LIGHT = frozenset(stem(word) for word in LIGHT.split())
_SYNONYM = {stem(word): stem(group[0]) for group in SYNONYMS for word in group}
#: These name an act, or only describe something: "i mindre kommuner".
_WEAK_ACTS = frozenset(
    {"fler", "flera", "färre", "mer", "mera", "mindre", "större", "högre", "lägre", "längre", "kortare"}
)
_PLACES = frozenset({"i", "på", "till", "från", "hos", "av", "inom", "vid", "åt", "bland"})


@dataclass(frozen=True, slots=True)
class Reading:
    """
    `things` are the stems that the demand is about, each with its weight. `act` is what is asked to happen to
    them; None: not said, so that they are simply asked for. `axes` are the contraries in which it takes a side.
    """

    things: dict[str, float]
    act: Act | None
    axes: frozenset[tuple[str, int]]
    numbers: frozenset[str]
    is_inquiry: bool

    @property
    def sign(self) -> int:
        return self.act.sign if self.act is not None else 1


def read(demand: str) -> Reading:
    """Understands the text of one demand."""
    return _read(demand[:LONGEST])


@lru_cache(maxsize=20_000)
def _read(demand: str) -> Reading:
    text = _STRIVING.sub(" ", _ATT.sub("", demand.lower()))
    for expression, stands_for in EXPRESSIONS:
        text = re.sub(expression, stands_for, text)
    head, aside = _without_purpose(text)
    words = _WORD.findall(head)
    act, axes, things = _understood(words)
    for word in _WORD.findall(aside):
        _add(things, word, ASIDE)
    return Reading(
        things=things,
        act=act,
        axes=axes,
        numbers=frozenset(_NUMBERS.get(word, word) for word in words if word in _NUMBERS or word[0].isdigit()),
        is_inquiry=any(word.startswith(_INQUIRIES) for word in words[:8]) or "se över" in head,
    )


def _without_purpose(text: str) -> tuple[str, str]:
    """
    (what is asked, why or how), of which the second may be empty.
    """
    for match in _PURPOSE.finditer(text):
        head = text[: match.start()]
        if any(_tells(word) for word in _WORD.findall(head)):
            return head, text[match.end() :]
    return text, ""


def _tells(word: str) -> bool:
    return word not in _EMPTY and act_of(word) is None and len(word) > 1


def _understood(words: Sequence[str]) -> tuple[Act | None, frozenset[tuple[str, int]], dict[str, float]]:
    """
    (the act, the sides taken, what it is about) of the words that ask.
    """
    act: Act | None = None
    since = 0
    negated = False
    main = True
    axes: set[tuple[str, int]] = set()
    things: dict[str, float] = {}
    for place, word in enumerate(words):
        main = main and word not in _CLAUSES
        since += 1
        if word in NEGATIONS:
            negated ^= main
            continue
        if word == "mot" and place and any(before.startswith(FIGHTS) for before in words[max(place - 2, 0) : place]):
            act = (act or Act.MORE).turned if main else act
            continue
        thing, found = _act_and_thing(word)
        if thing:
            _add(things, thing, 1.0)
        side = axis_of(word)
        if side is not None:
            axes.add((side[0], -side[1] if negated else side[1]))
        elif found is None:
            _add(things, word, 1.0)
        elif main and not _is_aside(word, words[place - 1] if place else "", act, since):
            act = found if act is None else _together(act, found, words[place - 1] if place else "")
            since = 0
    if negated:
        act = (act or Act.START).turned
    return act, frozenset(axes), things


def _is_aside(word: str, before: str, act: Act | None, since: int) -> bool:
    """Whether a word such as "mindre" only describes something: "i mindre kommuner"."""
    return word in _WEAK_ACTS and (before in _PLACES or (act is not None and since > REACH))


def _act_and_thing(word: str) -> tuple[str, Act | None]:
    """(what the word itself says that it is done to, or "", the act)."""
    if word in WITHOUT:
        return WITHOUT[word], Act.END
    compound = act_at_end(word)
    if compound is not None and act_of(word) is None:
        return compound
    return "", act_of(word)


def _together(first: Act, second: Act, before: str) -> Act:
    """One act on top of another: "stoppa nedläggningen", "införa förbud"; two that are only listed are one."""
    if before in {"och", "eller", "samt"}:
        return first
    if first in {Act.START, Act.MORE}:
        return second
    if first is Act.KEEP and second in {Act.START, Act.MORE}:
        return first
    return second.turned if first in {Act.END, Act.LESS} else second


def _add(things: dict[str, float], word: str, weight: float) -> None:
    if len(word) < 2 or word in _EMPTY or word in _NUMBERS or word[0].isdigit():
        return
    stemmed = _SYNONYM.get(stem(word), stem(word))
    things[stemmed] = max(things.get(stemmed, 0.0), weight * LIGHTLY if stemmed in _LIGHT else weight)
