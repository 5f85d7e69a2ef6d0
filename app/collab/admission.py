"""Who may enter a room, and as what. The question is put through a port; `app.motions.gate` knows the answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.access.roles import Role


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks to be let in: what the browser or program showed at the door. Kept, to be asked about again.

    `token` is an API token or a ticket, from the query; `cookies` count only where there is no token.
    """

    token: str | None
    cookies: Mapping[str, str] = field(default_factory=dict)
    address: str = ""


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
