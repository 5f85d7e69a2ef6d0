"""Those who come at once are asked about at once, and each gets an answer of their own."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from app.access.roles import Role
from app.collab.admission import Admission, Applicant, Asked, Reception
from app.kit.errors import Forbidden

DOCUMENT = uuid4()


def admission(name: str) -> Admission:
    return Admission(uuid4(), name, 0, Role.AUTHOR)


class Questions:
    """Answers with the token as the name; remembers who was asked about together."""

    def __init__(self) -> None:
        self.asked: list[list[str | None]] = []
        self.put = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def __call__(self, asked: Sequence[Asked]) -> list[Admission | Exception]:
        self.asked.append([applicant.token for applicant, _ in asked])
        self.put.set()
        await self.go_on.wait()
        if any(applicant.token == "fault" for applicant, _ in asked):
            raise OSError
        return [
            Forbidden() if applicant.token == "outsider" else admission(applicant.token or "") for applicant, _ in asked
        ]


async def test_those_who_come_together_are_asked_about_together_and_told_their_own_answer() -> None:
    questions = Questions()
    reception = Reception(questions)
    come = (reception(Applicant(name), DOCUMENT) for name in ("astrid", "outsider", "bo"))
    astrid, outsider, bo = await asyncio.gather(*come, return_exceptions=True)
    assert questions.asked == [["astrid", "outsider", "bo"]]
    assert isinstance(astrid, Admission)
    assert isinstance(bo, Admission)
    assert (astrid.name, bo.name) == ("astrid", "bo")
    assert isinstance(outsider, Forbidden)


async def test_one_who_comes_after_the_question_was_put_is_asked_about_anew() -> None:
    questions = Questions()
    questions.go_on.clear()
    reception = Reception(questions)
    first = asyncio.create_task(reception(Applicant("astrid"), DOCUMENT))
    await questions.put.wait()
    second = asyncio.create_task(reception(Applicant("astrid"), DOCUMENT))
    questions.go_on.set()
    await asyncio.gather(first, second)
    assert questions.asked == [["astrid"], ["astrid"]]


async def test_a_question_that_fails_is_told_to_all_who_wait_and_the_next_is_put() -> None:
    questions = Questions()
    reception = Reception(questions)
    come = (reception(Applicant(name), DOCUMENT) for name in ("astrid", "fault"))
    answers = await asyncio.gather(*come, return_exceptions=True)
    assert [type(answer) for answer in answers] == [OSError, OSError]
    assert (await reception(Applicant("astrid"), DOCUMENT)).name == "astrid"


async def test_one_who_has_gone_away_holds_up_nobody() -> None:
    questions = Questions()
    reception = Reception(questions)
    gone = asyncio.create_task(reception(Applicant("bo"), DOCUMENT))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    assert (await reception(Applicant("astrid"), DOCUMENT)).name == "astrid"
