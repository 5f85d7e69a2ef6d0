"""How well the matching engine ranks: nDCG@10 on a file of motions whose groups are known, and what each ingredient of
the recipe is worth.

    make bench BENCH=matching-ranking MOTIONS=motions.jsonl
    python -m bench.matching motions.jsonl [--background earlier.jsonl] [--ablation] [--reasons]

A line of the file is a motion: `{"id", "title", "body", "demands": [...], "groups": [...]}`. Motions that share a group
are about the same matter; groups named in `misc` bind nobody; `fold` (0 to 4) may say in which fifth a motion is, else
its place in the file does. Each fifth asks, and the other four are the whole index: once with the finished text, once
with a draft, the title and the first 300 letters. Without a file, the thirty motions of `tests/matching` serve: they
show that it works, and are too few to tell recipes apart.
"""

import argparse
import json
import math
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from app.matching import engine as engine_module
from app.matching import features, rankers, space
from app.matching.cards import Demand, MotionCard, Query
from app.matching.engine import Engine
from app.matching.words import Splitter, spelled

SMALL = Path(__file__).parent.parent / "tests" / "matching" / "motions.jsonl"
FOLDS = 5
DRAFT = 300
SHOWN = 10
Change = tuple[ModuleType, str, Any]

#: What is left out of the recipe, and how.
ABLATIONS: Mapping[str, Sequence[Change]] = {
    "the whole recipe": (),
    "title and demands count no more than the body": ((features, "FIELD_WEIGHTS", (1.0, 1.0, 1.0)),),
    "compounds are not split": ((engine_module, "Splitter", lambda _counts: Splitter({})),),
    "no letters": ((space, "LETTERS_WEIGHT", 0.0),),
    "no latent space": ((space, "YOUNG", 1e12),),
    "the latent space looked at in one depth": ((rankers, "DEPTHS", (1.0,)),),
    "its dimensions not evened out": ((rankers, "EVENING", 0.0),),
    "the latent space learnt from words alone": ((space, "Latent", lambda words, _grams: rankers.Latent(words)),),
    "motions that resemble everything are not held back": ((space, "HOLDING_BACK", 0.0),),
    "candidates as among very many, 100 of them": ((space, "EXACT_UP_TO", 0), (space, "CANDIDATES", 100)),
}


@dataclass(frozen=True)
class Labelled:
    card: MotionCard
    groups: frozenset[str]
    fold: int


def read(file: Path) -> list[Labelled]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Labelled(
            MotionCard(
                str(row["id"]),
                row["title"],
                row.get("body", ""),
                tuple(Demand(str(number), text) for number, text in enumerate(row.get("demands", ()), start=1)),
            ),
            frozenset(row.get("groups", [row["group"]] if "group" in row else ())) - set(row.get("misc", ())),
            int(row.get("fold", place % FOLDS)),
        )
        for place, row in enumerate(rows)
    ]


def whole(card: MotionCard) -> Query:
    return Query(card.title, card.body, card.demands)


def draft(card: MotionCard) -> Query:
    return Query(card.title, card.body[:DRAFT])


def gain(found: Sequence[str], wanted: frozenset[str]) -> float:
    """nDCG@10 with gains of 0 and 1."""
    got = sum(1 / math.log2(place + 2) for place, id_ in enumerate(found[:SHOWN]) if id_ in wanted)
    return got / sum(1 / math.log2(place + 2) for place in range(min(SHOWN, len(wanted))))


def ranked(motions: Sequence[Labelled], background: Sequence[Labelled]) -> tuple[list[float], list[float]]:
    """nDCG@10 of each query: (finished, draft). Of background motions the engine learns; they are no answers."""
    finished: list[float] = []
    drafts: list[float] = []
    for fold in sorted({motion.fold for motion in motions}):
        index = {motion.card.id: motion for motion in motions if motion.fold != fold}
        engine = Engine([*(motion.card for motion in index.values()), *(motion.card for motion in background)])
        for motion in motions:
            wanted = frozenset(id_ for id_, other in index.items() if other.groups & motion.groups)
            if motion.fold == fold and wanted:
                for ask, gains in ((whole, finished), (draft, drafts)):
                    found = engine.rank(ask(motion.card), index, SHOWN)
                    gains.append(gain([match.id for match in found], wanted))
    return finished, drafts


@contextmanager
def changed(changes: Sequence[Change]) -> Iterator[None]:
    """Runs the engine with other constants than its own."""
    before = [(module, name, getattr(module, name)) for module, name, _value in changes]
    for module, name, value in changes:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def false_reasons(motions: Sequence[Labelled]) -> tuple[int, list[str]]:
    """(how many words reasons and marks name when every motion asks for the others; what is not in the texts)."""
    cards = {motion.card.id: motion.card for motion in motions}
    said = {id_: _words(card) for id_, card in cards.items()}
    engine = Engine(cards.values())
    named, wrong = 0, []
    for id_, card in cards.items():
        for match in engine.rank(whole(card), lambda other, own=id_: other != own, SHOWN):  # type: ignore[misc]
            claims = [(id_, word) for reason in match.reasons for word in reason.mine]
            claims += [(match.id, word) for reason in match.reasons for word in reason.theirs or reason.mine]
            claims += [(id_, word) for word in match.marks.mine] + [(match.id, word) for word in match.marks.theirs]
            named += len(claims)
            wrong += [f"{place}: {word}" for place, word in claims if word.lower() not in said[place]]
            wrong += [f"{id_}: {pair.mine.text}" for pair in match.demand_pairs if pair.mine not in card.demands]
            theirs = cards[match.id].demands
            wrong += [f"{match.id}: {pair.theirs.text}" for pair in match.demand_pairs if pair.theirs not in theirs]
    return named, wrong


def _words(card: MotionCard) -> frozenset[str]:
    text = "\n".join([card.title, card.body, *(demand.text for demand in card.demands)])
    return frozenset(word.lower() for word in spelled(text))


def table(motions: Sequence[Labelled], background: Sequence[Labelled], chosen: Sequence[str]) -> Iterator[str]:
    yield "| recipe | nDCG@10 finished | nDCG@10 draft |"
    yield "|---|---|---|"
    for name in chosen:
        with changed(ABLATIONS[name]):
            finished, drafts = ranked(motions, background)
        yield f"| {name} | {statistics.fmean(finished):.4f} | {statistics.fmean(drafts):.4f} |"


def measure(file: str | None = None) -> str:
    """The ablation table, and whether all reasons are true, for a file of motions."""
    motions = read(Path(file) if file else SMALL)
    lines = list(table(motions, [], list(ABLATIONS)))
    named, wrong = false_reasons(motions)
    finished, _drafts = ranked(motions, [])
    about = f"{len(motions):,} motions, {len(finished):,} of which ask"
    return "\n".join([*lines, "", f"{about}. Words named by reasons and marks: {named:,}, not true: {len(wrong)}.\n"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("motions", nargs="?", type=Path, default=SMALL)
    parser.add_argument("--background", type=Path, help="motions to learn from that are no answers")
    parser.add_argument("--ablation", action="store_true", help="also without each ingredient of the recipe")
    parser.add_argument("--reasons", action="store_true", help="check that every reason is true")
    given = parser.parse_args()
    motions = read(given.motions)
    background = read(given.background) if given.background else []
    for line in table(motions, background, list(ABLATIONS) if given.ablation else list(ABLATIONS)[:1]):
        print(line, flush=True)
    if given.reasons:
        named, wrong = false_reasons(motions)
        print(f"\n{named:,} words are named by reasons and marks; not true: {len(wrong)}")
        for each in wrong[:20]:
            print(f"  {each}")
        return 1 if wrong else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
