"""Notes of who writes, on either database."""

from uuid import uuid4

from app.documents import store
from app.documents.credits import Credit, characters, note, noted
from app.documents.desk import StoreDesk
from app.documents.editing import TextChange
from app.documents.engine import Replica
from app.documents.journal import Journal
from app.documents.seeding import seed
from app.kit.db import Database


async def test_notes_are_kept_with_the_update_and_once(database: Database) -> None:
    document_id, person_id = uuid4(), uuid4()
    credit, other = Credit(2**32 - 1, 0, person_id), Credit(7, 3, None, by_desk=True)
    async with database.writing() as session:
        await store.create(session, document_id, b"state")
    journal = Journal(database)
    for payload in (b"a", b"b"):
        await journal.append({document_id: payload}, {document_id: [credit]})
    await journal.close()
    async with database.writing() as session:
        await note(session, {document_id: [credit, other]})
    async with database.reading() as session:
        assert await noted(session, document_id) == [other, credit]


async def test_what_the_desk_writes_is_credited_to_whose_words_they_are(database: Database) -> None:
    document_id, person_id = uuid4(), uuid4()
    async with database.writing() as session:
        await store.create(session, document_id, seed("Bussar", "", ["att bussen går"], document_id))
    desk = StoreDesk(database)
    await desk.edit(document_id, TextChange(title="Bussar nu", by=person_id))
    await desk.edit(document_id, TextChange(title="Bussar nu då"))
    async with database.reading() as session:
        notes = await noted(session, document_id)
        replica = Replica((await store.load(session, document_id)).parts)
    found = characters(replica.state(), notes)
    replica.close()
    assert found == {person_id: len(" nu"), None: len("Bussar" + " då" + "att bussen går")}
