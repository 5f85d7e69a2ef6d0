"""Those who come at once are asked about at once, and each gets an answer of their own."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.collab import limits
from app.collab.admission import Admission, Applicant, Asked, Reception
from app.kit.errors import Forbidden
from tests.collab.stage import time_passes

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


class DearQuestions:
    """Takes its time for each question; remembers when each was put, and about how many."""

    SECONDS = 0.01

    def __init__(self) -> None:
        self.began = asyncio.get_running_loop().time()
        self.put: list[tuple[float, int]] = []

    async def __call__(self, asked: Sequence[Asked]) -> list[Admission | Exception]:
        self.put.append((asyncio.get_running_loop().time() - self.began, len(asked)))
        await time_passes(self.SECONDS)
        return [admission("") for _ in asked]


async def test_in_a_crowd_looking_up_takes_its_share_of_the_time_and_the_last_waits_for_one_question_only() -> None:
    questions = DearQuestions()
    reception = Reception(questions)
    come = []
    for _ in range(50):
        come.append(asyncio.create_task(reception(Applicant("astrid"), DOCUMENT)))
        await time_passes(questions.SECONDS / 5)
    last = asyncio.get_running_loop().time()
    await asyncio.gather(*come)
    apart = questions.SECONDS / limits.ADMISSION_SHARE
    assert asyncio.get_running_loop().time() - last < apart + questions.SECONDS
    put = [at for at, _ in questions.put]
    assert [later - earlier for earlier, later in pairwise(put)] == pytest.approx([apart] * (len(put) - 1))
    assert sum(many for _, many in questions.put) == 50


async def test_one_who_comes_alone_does_not_wait_for_a_question_that_was_answered_a_while_ago() -> None:
    questions = DearQuestions()
    reception = Reception(questions)
    await reception(Applicant("astrid"), DOCUMENT)
    await time_passes(questions.SECONDS / limits.ADMISSION_SHARE)
    came = asyncio.get_running_loop().time()
    await reception(Applicant("bo"), DOCUMENT)
    assert asyncio.get_running_loop().time() - came == pytest.approx(questions.SECONDS)
