"""Every route says who may use it, and nothing is answered before it is committed."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

from app.access.gate import PUBLIC
from app.access.table import TABLE, Permission
from app.main import create_app
from app.settings import load
from app.web import deps

#: Routes that carry no mark, each with its reason.
UNMARKED: dict[str, str] = {
    "/api/v1/openapi.json": "the description of the interface, for whoever wants to use it",
    "/collab/{document_id}": "a socket: it asks the gate itself when somebody comes, and again when rights change",
    "/static/{path:path}": "files that every visitor's browser loads: style sheets, scripts, fonts, pictures",
}

#: What anybody may ask for that changes something, each with its reason.
OPEN_TO_CHANGE: dict[str, str] = {
    "POST /sign-in": "asking for a sign-in link is how one gets in; counted per address and mailbox",
    "POST /sign-in/{token}": "the token is the right",
    "POST /sign-out": "ends the session of the cookie that was sent, or does nothing",
    "POST /language": "sets a cookie",
    "POST /join": "finds a link by the code that was read aloud; counted per address",
    "POST /join/{token}": "the link is the right; guests are counted per address",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("app")
    return create_app(load({"VERKSTAD_DATA_DIR": str(folder)}, demo=True))


def _below(dependant: Dependant) -> Iterator[Dependant]:
    for dependency in dependant.dependencies:
        yield dependency
        yield from _below(dependency)


def _dependencies(route: RouteContext) -> list[Dependant]:
    dependant = getattr(route, "dependant", None)
    return list(_below(dependant)) if dependant is not None else []


def _permissions(route: RouteContext) -> set[Permission]:
    marks = {getattr(dependency.call, "permission", None) for dependency in _dependencies(route)}
    return {mark for mark in marks if isinstance(mark, Permission)}


def _is_public(route: RouteContext) -> bool:
    return any(dependency.call is PUBLIC.dependency for dependency in _dependencies(route))


def undeclared(app: FastAPI) -> list[str]:
    """The paths of the routes that say neither what they take nor that they are open to everybody."""
    return [
        str(route.path)
        for route in iter_route_contexts(app.routes)
        if not _permissions(route) and not _is_public(route) and route.path not in UNMARKED
    ]


def test_every_route_declares_a_permission_or_is_public(app: FastAPI) -> None:
    assert not undeclared(app)


def test_route_that_declares_nothing_is_noticed() -> None:
    router, app = APIRouter(), FastAPI(openapi_url=None)

    @router.get("/open", dependencies=[PUBLIC])
    async def is_open() -> None: ...

    @router.get("/forgotten")
    async def forgotten() -> None: ...

    @router.websocket("/forgotten-socket")
    async def forgotten_socket() -> None: ...

    app.include_router(router, prefix="/room")
    assert undeclared(app) == ["/room/forgotten", "/room/forgotten-socket"]


def test_no_route_both_asks_for_a_permission_and_is_public(app: FastAPI) -> None:
    routes = iter_route_contexts(app.routes)
    assert not [route.path for route in routes if _is_public(route) and _permissions(route)]


def test_permissions_of_routes_are_in_the_table(app: FastAPI) -> None:
    asked = set[Permission]().union(*(_permissions(route) for route in iter_route_contexts(app.routes)))
    assert asked
    assert asked <= set(TABLE)


def test_what_anybody_may_change_is_listed_with_a_reason(app: FastAPI) -> None:
    found = {
        f"{method} {route.path}"
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        if _is_public(route)
    }
    assert found == set(OPEN_TO_CHANGE)


def test_routes_that_only_read_take_no_writing_unit(app: FastAPI) -> None:
    found = [
        route.path
        for route in iter_route_contexts(app.routes)
        if (route.methods or set()) <= {"GET", "HEAD"}
        and any(dependency.call is deps._writing for dependency in _dependencies(route))
    ]
    assert not found


def test_writing_units_are_committed_before_the_response(app: FastAPI) -> None:
    """FastAPI's default scope would commit after the answer was sent."""
    found = [
        route.path
        for route in iter_route_contexts(app.routes)
        for dependency in _dependencies(route)
        if dependency.call is deps._writing and dependency.scope != "function"
    ]
    assert not found
