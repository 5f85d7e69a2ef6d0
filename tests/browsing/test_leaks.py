"""Attacks on what is hidden: whatever a member asks, the answer is the same with others' closed drafts as without, and
so is the work that it takes."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from fastapi.routing import iter_route_contexts
from httpx import AsyncClient
from sqlalchemy import event, func, select
from sqlalchemy.engine.cursor import CursorFetchStrategy

from app.access.roles import Visibility
from app.associations.actions import add_member
from app.documents.editing import TextChange
from app.kit.outbox import Job
from app.library.actions import Read, put_programme
from app.live.board import PARTS, Board
from app.matching.space import Rows
from app.motions.actions import set_theme, set_visibility
from app.motions.projection import project
from app.people.models import Person
from tests.house import House

WORD = "xylofonundervisning"
BUSES = {"title": "Bussar varje timme", "body": f"Bussen går för sällan. {WORD}", "demands": ["att bussen går oftare"]}
THEME = "Transport"
SOUGHT = ({"q": WORD}, {"q": "bussar", "sort": "date"}, {"theme": THEME}, {"status": "draft"}, {"q": "transport buss"})

#: What is not compared, each with its reason.
UNCOMPARED: Mapping[str, str] = {
    "/metrics": "counts for whoever runs the server; not for members (docs/watching.md)",
    "/motions/{motion_id}/events": "a stream that does not end; has a test of its own below",
    "/static/{path:path}": "files",
    "/calls/{call_id}/template/example.docx": "holds no motion, and says when it was made",
    "/sign-in/{token}": "holds nothing of motions",
}


async def settle(house: House) -> None:
    feed = house.app.state.matching
    await (feed.follow() if feed.missing() is None else feed.build())
    await feed.refit()


async def hide_some(house: House, visibility: Visibility, count: int = 7) -> list[UUID]:
    """Drafts of Bo's that are about the very same as what Astrid and Ove ask for."""
    return [
        await house.cast.another_motion(
            f"Bussar varje timme {number}",
            house.cast.bo,
            body=f"Bussen går. {WORD}",
            visibility=visibility,
            theme=THEME,
        )
        for number in range(count)
    ]


async def furnish(house: House) -> dict[str, str]:
    """Open motions on one theme, and a programme; what stands for the names in the routes' paths."""
    cast = house.cast
    await cast.open_to_members()
    another = await cast.another_motion(
        "Bussar till byarna", cast.mia, association_id=cast.north.id, visibility=Visibility.TEXT, theme=THEME
    )
    async with cast.database.writing() as session:
        await set_theme(session, cast.motion.id, THEME)
        passages = (Read("Bussen ska gå varje timme i hela länet, också på kvällar och helger.", "Resor"),)
        programme = await put_programme(session, "Landsbygdsprogrammet", date(2025, 5, 31), "5a" * 32, passages)
    await settle(house)
    return {
        "motion_id": str(cast.motion.id),
        "call_id": str(cast.call.id),
        "programme_id": str(programme.id),
        "another": str(another),
        "token": "x" * 30,
        "number": "1",
        "kind": "md",
    }


def pages_of(house: House, names: Mapping[str, str]) -> list[str]:
    """Every route that can be read, with the motion of Astrid's in it, and those of any motion with another as well;
    the lists also searched and narrowed down."""
    paths = [
        str(route.path)
        for route in iter_route_contexts(house.app.routes)
        if "GET" in (getattr(route, "methods", None) or ()) and route.path not in UNCOMPARED
    ]
    filled = [path.format(**names) for path in paths]
    filled += [path.format(**{**names, "motion_id": names["another"]}) for path in paths if "{motion_id}" in path]
    narrowed = [*SOUGHT, {"association": str(house.cast.south.id)}, {"call": names["call_id"]}]
    return filled + [f"{path}?{urlencode(each)}" for path in ("/motions", "/api/v1/motions") for each in narrowed]


async def everything(
    house: House, browser: AsyncClient, program: AsyncClient, names: Mapping[str, str]
) -> dict[str, tuple[int, str]]:
    """What all questions are answered; without the marks that differ from one page to the next."""
    answers = {}
    for path in pages_of(house, names):
        answer = await (program if path.startswith("/api") else browser).get(path)
        answers[path] = answer.status_code, re.sub(r"request[-_]id\W+[\w-]+", "", answer.text)
    matched = await program.post("/api/v1/match", json={**BUSES, "limit": 50})
    return {**answers, "/match": (matched.status_code, matched.text)}


async def look_after_the_call(house: House, person: Person) -> None:
    district = house.cast.call.association_id
    assert district is not None
    async with house.cast.database.writing() as session:
        await add_member(session, district, person.id, is_officer=True)


async def letters(house: House) -> int:
    async with house.cast.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Job)) or 0


#: Who asks, and how many answers they get at least: an author, a member of another association, and the district, which
#: has its overview.
ASKING = {"the author": 45, "an outsider": 30, "the district": 30}


@pytest.mark.parametrize("who", ASKING)
async def test_no_answer_changes_by_drafts_that_are_hidden(house: House, who: str) -> None:
    cast = house.cast
    names = await furnish(house)
    person = cast.astrid if who == "the author" else cast.ove
    if who == "the district":
        await look_after_the_call(house, person)
    async with house.browser(person) as browser, house.program(person) as program:
        before = await everything(house, browser, program, names)
        assert sum(status == 200 for status, _text in before.values()) >= ASKING[who]
        assert ('id="overview-heading"' in before[f"/calls/{cast.call.id}/map"][1]) == (who == "the district")
        sent = await letters(house)
        hidden = await hide_some(house, Visibility.HIDDEN)
        await settle(house)
        after = await everything(house, browser, program, names)
        assert [path for path in before if before[path] != after[path]] == []
        assert after == before
        assert await letters(house) == sent
        for id_ in hidden:
            for path in (f"/motions/{id_}", f"/motions/{id_}/events", f"/motions/{id_}/suggestions"):
                assert (await browser.get(path)).status_code == 404
            assert (await program.get(f"/api/v1/motions/{id_}/similar")).status_code == 404
            asked = await browser.post(f"/motions/{cast.motion.id}/showings", data={"other": str(id_)})
            assert asked.status_code in {403, 404}


async def test_the_same_drafts_do_change_answers_once_they_are_open(house: House) -> None:
    """What is compared would show a draft, if a draft could be seen."""
    names = await furnish(house)
    async with house.browser(house.cast.ove) as browser, house.program(house.cast.ove) as program:
        before = await everything(house, browser, program, names)
        await hide_some(house, Visibility.TEXT)
        await settle(house)
        after = await everything(house, browser, program, names)
    changed = {path for path in before if before[path] != after[path]}
    motion, call = names["motion_id"], names["call_id"]
    assert changed >= {
        "/match",
        "/motions",
        f"/motions?q={WORD}",
        "/api/v1/motions",
        f"/calls/{call}/map",
        f"/motions/{motion}/similar",
        f"/api/v1/motions/{motion}/similar",
    }


#: Where other people's motions are sought or listed.
LISTING = (
    "/home",
    "/motions",
    "/motions/{another}/similar",
    "/calls/{call_id}",
    "/calls/{call_id}/map",
    "/api/v1/motions",
    "/api/v1/motions/{another}/similar",
)


class Work:
    """What is done to answer: statements by their text, rows that the database hands out, motions that are compared."""

    def __init__(self) -> None:
        self.statements: Counter[str] = Counter()
        self.rows = 0
        self.compared: list[int] = []

    @property
    def sum(self) -> tuple[Counter[str], int, list[int]]:
        return self.statements, self.rows, self.compared


@contextmanager
def counting(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    work = Work()

    def count_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        work.statements[statement] += 1

    def counted(fetch: Any) -> Any:
        def fetching(*given: Any, **named: Any) -> Any:
            rows = fetch(*given, **named)
            work.rows += len(rows) if isinstance(rows, list) else rows is not None
            return rows

        return fetching

    scores = Rows.scores

    def scoring(self: Rows, *given: Any) -> Any:
        work.compared.append(len(given[-1]))
        return scores(self, *given)

    engine = house.app.state.database.engine.sync_engine
    event.listen(engine, "after_cursor_execute", count_statement)
    with monkeypatch.context() as patched:
        for name in ("fetchone", "fetchmany", "fetchall"):
            patched.setattr(CursorFetchStrategy, name, counted(getattr(CursorFetchStrategy, name)))
        patched.setattr(Rows, "scores", scoring)
        yield work
    event.remove(engine, "after_cursor_execute", count_statement)


async def test_an_outsiders_question_is_as_much_work_with_hidden_drafts_as_without(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = await furnish(house)
    done: dict[str, list[tuple[Counter[str], int, list[int]]]] = {}
    async with house.browser(house.cast.ove) as browser, house.program(house.cast.ove) as program:

        async def ask_all() -> None:
            listing = [path.format(**names) for path in LISTING]
            for path in [*listing, *(f"/motions?{urlencode(each)}" for each in SOUGHT)]:
                client = program if path.startswith("/api") else browser
                with counting(house, monkeypatch) as work:
                    await client.get(path)
                done.setdefault(path, []).append(work.sum)
            with counting(house, monkeypatch) as work:
                await program.post("/api/v1/match", json={**BUSES, "limit": 50})
            done.setdefault("/match", []).append(work.sum)

        # Twice at first: what is kept from the first time (the map, prepared statements) is no work the second.
        await ask_all()
        await ask_all()
        await hide_some(house, Visibility.HIDDEN, 15)
        await settle(house)
        await ask_all()
        before = {path: works[1] for path, works in done.items()}
        hidden = {path: works[2] for path, works in done.items()}
        assert hidden == before
        assert before["/match"][2] == [2], "both open motions were compared"
        assert before["/motions"][1] > 2
        assert before[f"/motions?q={WORD}"][0]

        # As many that are open do make work.
        await hide_some(house, Visibility.TEXT, 15)
        await settle(house)
        await ask_all()
    assert done["/match"][3][2] == [17]
    assert done["/motions"][3][1] > before["/motions"][1]
    assert done[f"/motions?q={WORD}"][3][1] > before[f"/motions?q={WORD}"][1]


async def test_the_index_is_the_same_to_the_last_bit_with_hidden_drafts_as_without(house: House) -> None:
    """Not only what is answered: how rare a word is, what goes together, how near the neighbours are."""
    names = await furnish(house)
    engine = house.app.state.matching.engine

    def learnt() -> list[bytes]:
        view = engine._current()
        space = view.space
        arrays = [space.rows.latent, space.rows.letters_hub, space.rows.latent_hub, space.rows.letters.data]
        numbers = [each.tobytes() for each in (*arrays, space.grams._rarity, space.words._rarity)]
        return [*numbers, repr((space.latent_trust, view.ids, view.lexicon.words, sorted(view.held))).encode()]

    before = learnt()
    hidden = await hide_some(house, Visibility.HIDDEN)
    hidden += await hide_some(house, Visibility.THEME)
    await settle(house)
    assert learnt() == before
    assert not {str(id_) for id_ in hidden} & engine.ids()
    # Who asks leaves no trace either.
    async with house.program(house.cast.bo) as program:
        for id_ in hidden[:2]:
            assert (await program.get(f"/api/v1/motions/{id_}/similar")).json()["results"]
    await settle(house)
    assert learnt() == before
    assert names


async def test_those_that_show_their_theme_give_no_word_of_their_text(house: House) -> None:
    cast = house.cast
    names = await furnish(house)
    await hide_some(house, Visibility.THEME)
    await settle(house)
    for person in (cast.astrid, cast.ove):
        async with house.browser(person) as browser, house.program(person) as program:
            for path, (_status, text) in (await everything(house, browser, program, names)).items():
                shown = text.replace(f"/motions?q={WORD}", "").replace(f'value="{WORD}"', "").replace(f"”{WORD}”", "")
                assert "Bussar varje timme" not in shown, path
                assert WORD not in shown, path


async def test_a_hidden_draft_of_others_causes_no_event_on_my_page(house: House) -> None:
    cast = house.cast
    await cast.open_to_members()
    # At the first look after it was built, the index takes in once more what has just changed.
    for _twice in range(2):
        await settle(house)
    database = house.app.state.database
    board: Board = house.app.state.board
    reader = board.join(cast.motion.id, PARTS)
    lines = reader.lines()
    assert (await anext(lines)).startswith("id:")
    for id_ in await hide_some(house, Visibility.HIDDEN):
        async with database.writing() as session:
            document_id = (await session.get_one(type(cast.motion), id_)).document_id
        await house.app.state.desk.edit(document_id, TextChange(title="Bussar varje timme och oftare"))
        await project(database, house.app.state.desk, document_id)
        await settle(house)
    # What waited would come before this one.
    reader.signal("status")
    assert await anext(lines) == "event: status\ndata: status\n\n"
    # The same change of an open motion does cause one: a name, and no word of the text.
    async with database.writing() as session:
        await set_visibility(session, id_, Visibility.TEXT)
    await settle(house)
    assert await anext(lines) == "event: suggestions\ndata: suggestions\n\n"
    board.leave(cast.motion.id, reader)
