"""Who may enter a room, and as what. The question is put through a port; `app.motions.gate` knows the answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.access.roles import Role
from app.collab import limits


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks to be let in: what the browser or program showed at the door. Kept, to be asked about again.

    `token` is an API token or a ticket, from the query; `cookies` count only where there is no token. `schema` is the
    newest shape of a text that it knows, None when it does not say.
    """

    token: str | None
    cookies: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    schema: int | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """What somebody may do in a room, and whom the others see. `color` is 0 to 7."""

    person_id: UUID
    name: str
    color: int
    role: Role
    frozen: bool = False
    may_write: bool = field(init=False)

    def __post_init__(self) -> None:
        is_author = self.role.weaker_of(Role.AUTHOR) is Role.AUTHOR
        object.__setattr__(self, "may_write", is_author and not self.frozen)


#: Raises NotSignedIn, Forbidden, NotFound, Gone or TooMany for those who may not come in.
Admit = Callable[[Applicant, UUID], Awaitable[Admission]]

Asked = tuple[Applicant, UUID]
"""(who asks, the document)."""
#: The answer to each who asks: the admission, or what `Admit` would raise.
AdmitAll = Callable[[Sequence[Asked]], Awaitable[Sequence[Admission | Exception]]]


class Reception:
    """An `Admit` that asks about all who have come meanwhile in one go.

    What was looked up answers those who had come before it was, and is then forgotten: nobody enters by rights of the
    past. One who comes alone does not wait. In a crowd the next question is put when the last has been answered, and
    then only so soon that looking up takes ADMISSION_SHARE of the time: the dearer a question, the more share it.
    """

    def __init__(self, ask: AdmitAll) -> None:
        self._ask = ask
        self._waiting: list[tuple[Asked, asyncio.Future[Admission]]] = []
        self._asking: asyncio.Task[None] | None = None
        self._next = float("-inf")

    async def __call__(self, applicant: Applicant, document_id: UUID) -> Admission:
        answer: asyncio.Future[Admission] = asyncio.get_running_loop().create_future()
        self._waiting.append(((applicant, document_id), answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._answer_all())
        return await answer

    async def _answer_all(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                await asyncio.sleep(self._next - loop.time())
                some, self._waiting = [each for each in self._waiting if not each[1].done()], []
                if some:
                    await self._answer(some)
        finally:
            self._asking = None

    async def _answer(self, waiting: Sequence[tuple[Asked, asyncio.Future[Admission]]]) -> None:
        answers: Sequence[Admission | Exception]
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            answers = await self._ask([asked for asked, _ in waiting])
        except Exception as error:  # noqa: BLE001 - all who asked are told
            answers = [error] * len(waiting)
        self._next = began + (loop.time() - began) / limits.ADMISSION_SHARE
        for (_, answer), found in zip(waiting, answers, strict=True):
            if answer.done():
                continue
            if isinstance(found, Exception):
                answer.set_exception(found)
            else:
                answer.set_result(found)
            # Each comes in during a turn of the event loop of its own: what people type is heard in between.
            await asyncio.sleep(0)
