"""Thirty small motions, written for these tests, some of which are on the same matter: their `group` says which."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.matching.cards import Demand, MotionCard, Query

_HERE = Path(__file__).parent
_ROWS = [json.loads(line) for line in (_HERE / "motions.jsonl").read_text().splitlines()]


def demands(texts: Sequence[str]) -> tuple[Demand, ...]:
    return tuple(Demand(str(number), text) for number, text in enumerate(texts, start=1))


CARDS = [
    MotionCard(row["id"], row["title"], row["body"], demands(row["demands"]), row["association"], "Kongressen")
    for row in _ROWS
]
GROUP: Mapping[str, str] = {row["id"]: row["group"] for row in _ROWS}


def asking(card: MotionCard) -> Query:
    return Query(card.title, card.body, card.demands)


def whole(text: MotionCard | Query) -> str:
    return "\n".join([text.title, text.body, *(demand.text for demand in text.demands)])
