"""Motions taken in and out by the file."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.access.roles import Visibility
from app.associations.models import Association
from app.calls.models import Call
from app.documents.desk import StoreDesk
from app.documents.text import Demand
from app.exchange.commands import BATCH, export_motions, import_motions, paired
from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.i18n import using_locale
from app.motions.models import Motion
from app.motions.queries import demands_of


def _line(id_: str = "1", **given: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "title": f"Motion {id_}",
        "body": "Ett stycke.\nEtt till.",
        "demands": ["att bussen går", "att tåget går"],
        "association": "Norra",
        **given,
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "motions.jsonl"


def _write(file: Path, *lines: dict[str, Any] | str) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(texts), encoding="utf-8")
    return file


async def _motions(database: Database) -> dict[str, Motion]:
    async with database.reading() as session:
        rows = await session.scalars(select(Motion).order_by(Motion.id))
        return {motion.external_id or str(motion.id): motion for motion in rows}


async def test_motions_calls_and_associations_that_are_missing_are_made(database: Database, file: Path) -> None:
    desk = StoreDesk(database)
    report = await import_motions(
        database, desk, _write(file, _line("a"), _line("b", association="Södra")), "Kongressen"
    )
    assert (report.created, report.updated, report.unchanged, report.refused) == (2, 0, 0, [])
    motions = await _motions(database)
    text = await desk.read(motions["a"].document_id)
    assert (text.title, text.body_text) == ("Motion a", "Ett stycke.\nEtt till.")
    assert [demand.text for demand in text.demands] == ["att bussen går", "att tåget går"]
    async with database.reading() as session:
        assert set(await session.scalars(select(Association.name))) == {"Norra", "Södra"}
        assert set(await session.scalars(select(Call.name))) == {"Kongressen"}
        projected = [demand.text for demand in await demands_of(session, motions["a"].id)]
    assert projected == ["att bussen går", "att tåget går"]


async def test_a_call_can_be_taken_in_as_one_that_is_over(database: Database, file: Path) -> None:
    lines = _write(file, _line("a"), _line("b", call="Kongressen 2027"))
    await import_motions(database, StoreDesk(database), lines, "Kongressen 2019", date(2018, 11, 30))
    async with database.reading() as session:
        calls = {call.name: call for call in await session.scalars(select(Call))}
    assert calls["Kongressen 2019"].is_over
    assert calls["Kongressen 2019"].deadline_at == datetime(2018, 11, 30, 22, 59, tzinfo=UTC)
    assert calls["Kongressen 2027"].deadline_at is None, "lines that name another call say nothing of this one"


async def test_imported_motions_are_open_to_members_unless_their_line_says_otherwise(
    database: Database, file: Path
) -> None:
    await import_motions(
        database, StoreDesk(database), _write(file, _line("a"), _line("b", visibility="hidden")), "Kongressen"
    )
    motions = await _motions(database)
    assert (motions["a"].visibility, motions["b"].visibility) == (Visibility.TEXT, Visibility.HIDDEN)


async def test_good_lines_go_in_and_bad_ones_are_named(database: Database, file: Path) -> None:
    lines = _write(file, _line("a"), "{", "", _line("b", title=""), _line("c"))
    with using_locale("en"):
        report = await import_motions(database, StoreDesk(database), lines, "Kongressen")
        assert [str(refusal) for refusal in report.refused] == [
            "Line 2: The line is not a JSON object by itself.",
            "Line 4: The field title is missing or empty.",
        ]
        assert str(report) == "2 new, 0 changed, 0 as before, 2 refused."
    assert set(await _motions(database)) == {"a", "c"}


async def test_same_id_again_updates_the_live_text_and_keeps_demands_their_ids(database: Database, file: Path) -> None:
    desk = StoreDesk(database)
    await import_motions(database, desk, _write(file, _line("a")), "Kongressen")
    before = (await _motions(database))["a"]
    bus, train = (await desk.read(before.document_id)).demands
    changed = _line(
        "a",
        title="Ny rubrik",
        body="Ett stycke.\nNytt.",
        demands=["att tåget går", "att bussen går ofta", "att båten går"],
        association="Södra",
        visibility="demands",
    )
    report = await import_motions(database, desk, _write(file, changed), "Kongressen")
    assert (report.created, report.updated) == (0, 1)
    after = (await _motions(database))["a"]
    assert after.id == before.id
    text = await desk.read(after.document_id)
    assert (text.title, text.body_text) == ("Ny rubrik", "Ett stycke.\nNytt.")
    assert [(demand.id, demand.text) for demand in text.demands[:2]] == [
        (train.id, "att tåget går"),
        (bus.id, "att bussen går ofta"),
    ]
    assert text.demands[2].text == "att båten går"
    assert (after.title, after.body) == ("Ny rubrik", "Ett stycke.\nNytt."), "the projection is there at once"
    assert after.visibility == Visibility.DEMANDS
    async with database.reading() as session:
        assert (await session.get_one(Association, after.association_id)).name == "Södra"


async def test_line_that_says_what_is_there_already_changes_nothing(database: Database, file: Path) -> None:
    desk = StoreDesk(database)
    await import_motions(database, desk, _write(file, _line("a")), "Kongressen")
    before = (await _motions(database))["a"]
    report = await import_motions(database, desk, file, "Kongressen")
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert (await _motions(database))["a"].changed_at == before.changed_at


async def test_id_that_comes_twice_in_a_file_is_one_motion_and_the_later_line_counts(
    database: Database, file: Path
) -> None:
    desk = StoreDesk(database)
    report = await import_motions(database, desk, _write(file, _line("a"), _line("a", title="Senare")), "Kongressen")
    assert (report.created, report.updated, report.refused) == (1, 1, [])
    (motion,) = (await _motions(database)).values()
    assert motion.title == "Senare"


async def test_same_id_in_another_call_is_another_motion(database: Database, file: Path) -> None:
    desk = StoreDesk(database)
    await import_motions(database, desk, _write(file, _line("a")), "Kongressen 2025")
    report = await import_motions(database, desk, file, "Kongressen 2026")
    assert report.created == 1


async def test_motion_that_was_handed_in_is_not_changed_and_its_line_says_why(database: Database, file: Path) -> None:
    desk = StoreDesk(database)
    await import_motions(database, desk, _write(file, _line("a")), "Kongressen")
    motion = (await _motions(database))["a"]
    await desk.freeze(motion.document_id)
    lines = _write(file, _line("a", title="Ny"), _line("b"))
    report = await import_motions(database, desk, lines, "Kongressen")
    assert (report.created, report.updated) == (1, 0)
    (refusal,) = report.refused
    assert refusal.number == 1
    assert (await desk.read(motion.document_id)).title == "Motion a"


async def test_more_lines_than_a_batch_go_in(database: Database, file: Path) -> None:
    lines = [_line(str(number)) for number in range(2 * BATCH + 1)]
    report = await import_motions(database, StoreDesk(database), _write(file, *lines), "Kongressen")
    assert report.created == 2 * BATCH + 1
    assert len(await _motions(database)) == 2 * BATCH + 1


async def test_file_that_is_not_there_is_said_so(database: Database, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await import_motions(database, StoreDesk(database), tmp_path / "none.jsonl", "Kongressen")


async def test_what_is_exported_is_taken_in_as_the_same(database: Database, file: Path, tmp_path: Path) -> None:
    desk = StoreDesk(database)
    await import_motions(database, desk, _write(file, _line("a", visibility="demands"), _line("b")), "Kongressen")
    out = tmp_path / "out.jsonl"
    assert await export_motions(database, desk, out, "Kongressen") == 2
    assert [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] == [
        {**_line("a"), "call": "Kongressen", "visibility": "demands"},
        {**_line("b"), "call": "Kongressen", "visibility": "text"},
    ]
    report = await import_motions(database, desk, out, "Something else")
    assert (report.created, report.updated, report.unchanged) == (0, 0, 2)


async def test_export_of_a_call_that_there_is_none_of_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await export_motions(database, StoreDesk(database), tmp_path / "out.jsonl", "Ingen")
    assert await export_motions(database, StoreDesk(database), tmp_path / "out.jsonl", None) == 0


def test_demands_are_paired_by_their_words_before_their_places() -> None:
    held = [Demand("1", "att ett"), Demand("2", "att två"), Demand("3", "att tre")]
    assert paired(held, ["att tre", "att ny", "att ett"]) == (("3", "att tre"), ("2", "att ny"), ("1", "att ett"))
    assert paired(held, ["att två"]) == (("2", "att två"),)
    assert paired(held[:1], ["att a", "att b"]) == (("1", "att a"), (None, "att b"))
