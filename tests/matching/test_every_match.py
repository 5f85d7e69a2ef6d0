"""Every motion in an answer has a reason, and the reason is true: over the whole small corpus, through the API."""

import re
from typing import Any
from uuid import UUID

from httpx import AsyncClient

from app.access.roles import Visibility
from app.matching.cards import Demand, MotionCard, Query
from app.matching.engine import Engine
from app.motions.actions import NewMotion, start_motion
from tests.cast import Cast
from tests.house import House
from tests.matching.corpus import CARDS, asking, demands, whole
from tests.matching.test_odd_texts import FOREIGN, MARKUP, TABLE
from tests.matching.test_reasons import words_of
from tests.matching.test_suggestions import settle

ODD = [
    MotionCard("tabell", "Tabell", TABLE),
    *(MotionCard(name, text.title, text.body) for name, text in FOREIGN.items()),
    MotionCard("skript", "Utan namn", MARKUP["script"]),
]


async def put_in(cast: Cast, cards: list[MotionCard]) -> dict[str, MotionCard]:
    """Open motions of Södra with these texts, by their ids."""
    made = {}
    async with cast.database.writing() as session:
        for card in cards:
            new = NewMotion(
                title=card.title,
                body=card.body,
                demands=[demand.text for demand in card.demands],
                association_id=cast.south.id,
                call_id=cast.call.id,
                owner_id=cast.bo.id,
                visibility=Visibility.TEXT,
            )
            made[str((await start_motion(session, new)).id)] = card
    return made


def named(reason: str) -> tuple[set[str], set[str]]:
    """The words that a sentence says stand in the text that asks, and in the other."""
    if both := re.fullmatch(r"Ni skriver båda om (.+)\.", reason):
        words = set(re.split(", | och ", both[1].lower()))
        return words, words
    each = re.fullmatch(r"Ni skriver om (.+), de om (.+)\.", reason)
    assert each is not None, reason
    mine, theirs = (set(re.findall("”([^”]+)”", part.lower())) for part in each.groups())
    assert len(mine) == len(theirs)
    return mine, theirs


async def matched(program: AsyncClient, query: Query) -> list[dict[str, Any]]:
    given = {"title": query.title, "body": query.body, "demands": [demand.text for demand in query.demands]}
    answer = await program.post("/api/v1/match", json={**given, "limit": 50})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


async def test_every_motion_in_an_answer_has_a_reason_that_is_true(house: House) -> None:
    cards = await put_in(house.cast, [*CARDS, *ODD])
    await settle(house)
    drafts = [Query(card.title, card.body[:300]) for card in CARDS[::3]]
    asked = [*map(asking, [*CARDS, *ODD]), *drafts, *(Query("", "", card.demands) for card in CARDS[::5])]
    count = 0
    async with house.program(house.cast.ove) as program:
        for query in asked:
            for match in await matched(program, query):
                assert match["reasons"], (query.title, match["title"])
                for reason in match["reasons"]:
                    mine, theirs = named(reason)
                    assert mine <= words_of(whole(query))
                    assert theirs <= words_of(whole(cards[match["id"]]))
                    count += len(mine)
    assert count > 400


async def test_what_only_resembles_is_left_out(house: House) -> None:
    """A table is near to other motions by its letters, while no word of it says why."""
    await put_in(house.cast, [*CARDS, *ODD])
    await settle(house)
    engine: Engine = house.app.state.matching.engine
    query = asking(ODD[0])
    unexplained = {UUID(match.id) for match in engine.rank(query, limit=60) if not match.reasons}
    assert unexplained, "or there is nothing to leave out"
    async with house.program(house.cast.ove) as program:
        found = {UUID(match["id"]) for match in await matched(program, query)}
    assert not found & unexplained


def test_where_all_write_of_one_thing_the_demands_say_why() -> None:
    """In a call of three motions on buses, "bussen" tells none from another; that both ask for it does."""
    engine = Engine(
        MotionCard(f"m{n}", "Bussen", "Bussen går.", demands([f"att bussen går {when}"]))
        for n, when in enumerate(("varje timme", "på natten", "till byn"))
    )
    query = Query("Bussen", demands=(Demand("1", "att bussen går till byn"),))
    said = {match.id: [word for reason in match.reasons for word in reason.mine] for match in engine.rank(query)}
    assert said == {"m2": ["byn"], "m0": ["bussen"], "m1": ["bussen"]}
