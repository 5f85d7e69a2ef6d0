"""The server's text and that of real Yjs clients are one and the same."""

import secrets
from random import Random
from uuid import UUID

import pytest

from app.documents import demands
from app.documents.decoding import parse_state_vector
from app.documents.editing import TextChange
from app.documents.engine import Replica, merge
from app.documents.seeding import seed
from app.documents.text import Block, MotionText, Span
from tests.contract import plain_reading
from tests.contract.peers import Peers

BODY = (
    Block("heading", (Span("Bakgrund 😀"),), 2),
    Block("paragraph", (Span("Bussen "), Span("går", bold=True), Span(" en gång", italic=True), Span("\nom dagen."))),
    Block("bullet", (Span("ett"),)),
    Block("bullet", (Span("inuti"),), 1),
    Block("ordered", (Span("djupast"),), 2),
    Block("bullet", (Span("två"),)),
    Block(
        "quote",
        (Span("Läs "), Span("mer", link="https://example.org/å")),
    ),
    Block("heading", (Span("Förslag"),), 3),
    Block("paragraph", (Span("Slut."),)),
)


def cells(block: Block) -> plain_reading.Cells:
    found = []
    for span in block.spans:
        marks = {name for name, on in (("strong", span.bold), ("em", span.italic), ("link", span.link)) if on}
        found += [(character, frozenset(marks if character != "\n" else ())) for character in span.text]
    return tuple(found)


def assert_reads_alike(text: MotionText, json: dict[str, object]) -> None:
    assert text.title == plain_reading.title(json)
    assert [(block.kind, block.level, cells(block)) for block in text.body] == plain_reading.body(json)
    assert [(demand.id, demand.text) for demand in text.demands] == plain_reading.demands(json)


def test_document_made_on_the_server_opens_in_the_editor_and_looking_at_it_writes_nothing(peers: Peers) -> None:
    state = seed("Fler bussar", BODY, ["att bussen går oftare", ""], UUID(int=1))
    peers.open("astrid", 1)
    peers.take("astrid", state)
    assert peers.view("astrid") == 0
    json = peers.read("astrid")
    assert json["schema"] == 1
    replica = Replica([state])
    assert replica.read().body == BODY
    assert_reads_alike(replica.read(), json)


def test_what_the_server_edits_opens_in_the_editor_and_looking_at_it_writes_nothing(peers: Peers) -> None:
    state = seed("Fler bussar", BODY, ["att bussen går oftare"], UUID(int=1))
    replica = Replica([state])
    lines = [block.text for block in BODY]
    change = TextChange(
        "Många fler bussar",
        "\n".join([*lines[:2], "Nytt i mitten", *lines[2:4], "ny punkt", *lines[5:], "Sist."]),
        ((replica.read().demands[0].id, "att bussen går dubbelt så ofta"), (None, "en till")),
    )
    peers.open("astrid", 1)
    peers.take("astrid", state)
    peers.take("astrid", replica.edit(change))
    assert peers.view("astrid") == 0
    assert_reads_alike(replica.read(), peers.read("astrid"))
    assert replica.read().body_text == change.body


def test_carets_stay_where_they_are_when_the_server_rewords_the_paragraph(peers: Peers) -> None:
    state = seed("", "Först.\nBussen går sällan på landsbygden om kvällen.\nSist.", [], UUID(int=1))
    replica = Replica([state])
    peers.open("astrid", 1)
    peers.take("astrid", state)
    peers.hold("astrid", 1, "på lands")
    body = "Nytt först.\nTåget går nästan aldrig på landsbygden om natten.\nSist."
    peers.take("astrid", replica.edit(TextChange(body=body)))
    assert peers.held("astrid") == ["Tåget går nästan aldrig på lands", "bygden om natten."]


def test_caret_in_a_paragraph_that_stays_survives_everything_around_it(peers: Peers) -> None:
    state = seed("", "\n".join(f"Stycke nummer {n}." for n in range(8)), [], UUID(int=1))
    replica = Replica([state])
    peers.open("astrid", 1)
    peers.take("astrid", state)
    peers.hold("astrid", 4, "nummer")
    for body in ("Stycke nummer 4.", "Ett\nStycke nummer 4.\nTvå", "Stycke nummer 4.\nStycke nummer 4."):
        peers.take("astrid", replica.edit(TextChange(body=body)))
    assert peers.held("astrid") == ["Stycke nummer", " 4."]


class Meeting:
    """Two browsers and the server on one motion, each hearing of the others when it pleases."""

    def __init__(self, peers: Peers, number: int, chance: Random) -> None:
        self.peers = peers
        self.chance = chance
        body = BODY if number % 2 else "Ett\nTvå\nTre"
        state = seed("Fler bussar 😀", body, ["att a", "att b"], UUID(int=number + 1))
        self.log = [state]
        self.replica = Replica(self.log)
        self.unsent: dict[str, list[bytes]] = {}
        self.unseen: dict[str, list[bytes]] = {}
        for name in ("astrid", "bo"):
            peers.open(name, chance.getrandbits(32))
            self.unsent[name], self.unseen[name] = [], [state]

    def step(self) -> None:
        name = self.chance.choice(list(self.unsent))
        match self.chance.randrange(10):
            case 0 | 1 | 2 | 3 | 4:
                self.unsent[name] += self.peers.act(name, self.chance.getrandbits(32), self.chance.randint(1, 6))
            case 5 | 6:
                self.send(name)
            case 7:
                self.hear(name)
            case 8:
                if update := self.replica.edit(whim(self.replica.read(), self.chance)):
                    self.broadcast(update, None)
            case _:
                self.replica = Replica(self.chance.choice([self.log, [self.replica.state()]]))

    def send(self, name: str) -> None:
        for update in self.unsent[name]:
            self.replica.apply(update)
            self.broadcast(update, name)
        self.unsent[name] = []

    def hear(self, name: str) -> None:
        waiting, self.unseen[name] = self.unseen[name], []
        if waiting:
            self.peers.take(name, merge(waiting))

    def broadcast(self, update: bytes, writer: str | None) -> None:
        self.log.append(update)
        for name, waiting in self.unseen.items():
            if name != writer:
                waiting.append(update)


@pytest.mark.parametrize("number", range(24))
def test_browsers_and_server_converge_whatever_they_write_at_the_same_time(
    peers: Peers, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Updates arrive late and merged, and the server restarts now and then from what it has stored."""
    chance = Random(number)  # noqa: S311 - the same again for the same number
    monkeypatch.setattr(secrets, "randbits", chance.getrandbits)
    monkeypatch.setattr(demands, "uuid7", lambda: UUID(int=chance.getrandbits(128)))
    meeting = Meeting(peers, number, chance)
    meeting.hear("astrid")
    for _ in range(30):
        meeting.step()
    for name in meeting.unsent:
        meeting.send(name)
    replica = meeting.replica
    for name in meeting.unseen:
        meeting.hear(name)
        assert parse_state_vector(peers.vector(name)) == parse_state_vector(replica.state_vector())
        assert_reads_alike(replica.read(), peers.read(name))
        # A browser that comes back sends all it has; there is nothing new in it.
        replica.apply(peers.state(name))
    assert Replica(meeting.log).read() == Replica([replica.state()]).read() == replica.read()
    for take in (Replica.apply, Replica.follow):
        late = Replica(meeting.log[:1])
        take(late, merge(meeting.log[1:]))
        assert late.read() == replica.read()


def whim(text: MotionText, chance: Random) -> TextChange:
    """What somebody might ask the server for."""
    lines = text.body_text.split("\n")
    for _ in range(chance.randint(0, 2)):
        at = chance.randrange(len(lines) + 1)
        lines[at : at + chance.randint(0, 1)] = chance.choice([[], ["Från servern 😀"], [f"{text.title} mer"]])
    wishes: list[tuple[str | None, str]] = [(demand.id, demand.text) for demand in text.demands]
    chance.shuffle(wishes)
    if chance.random() < 0.5:
        wishes = [(id_, f"{words}!") for id_, words in wishes[:-1]]
    return TextChange(
        f"{text.title} igen" if chance.random() < 0.3 else None,
        "\n".join(lines),
        (*wishes, (None, "något nytt")) if chance.random() < 0.6 else None,
    )
