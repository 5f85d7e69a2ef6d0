"""The one gate. Pages, fragments, API calls, sockets and buttons all ask here.

A route declares what it takes by depending on something that `guards()` has marked, or on `PUBLIC`; a test walks all
routes and fails for one that declares nothing.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import Depends

from app.access.actor import Actor
from app.access.table import TABLE, Permission, Subject
from app.kit.errors import Forbidden, NotFound, NotSignedIn

F = TypeVar("F", bound=Callable[..., Any])


def allowed(actor: Actor | None, permission: Permission, subject: Subject | None = None) -> bool:
    """Whether the table lets `actor` do this. What the table does not name, nobody may."""
    subject = subject if subject is not None else Subject()
    return any(condition(actor, subject) for condition in TABLE.get(permission, ()))


def require(
    actor: Actor | None, permission: Permission, subject: Subject | None = None, *, visible: Permission | None = None
) -> None:
    """Raises unless `actor` may.

    NotFound for those who may not even know that the thing exists (`visible` is the permission to know; None: its
    existence is no secret), NotSignedIn for nobody in particular, Forbidden for those who see it but lack the right.
    """
    if allowed(actor, permission, subject):
        return
    if actor is None:
        raise NotSignedIn
    if visible is not None and not allowed(actor, visible, subject):
        raise NotFound
    raise Forbidden


def guards(permission: Permission) -> Callable[[F], F]:
    """Marks a dependency as asking for `permission`, so that the test of all routes can see it."""

    def mark(dependency: F) -> F:
        dependency.permission = permission  # type: ignore[attr-defined]  # read by tests/architecture only
        return dependency

    return mark


def _public() -> None:
    """Nothing to ask: this is open to everybody."""


#: For routes that everybody may use: `dependencies=[PUBLIC]`.
PUBLIC = Depends(_public)
