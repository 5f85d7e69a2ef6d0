"""What the subcommands of `verkstad` do. Each takes settings and parsed arguments and returns an exit status."""

import asyncio
import os
import resource
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from app.associations.actions import add_member, find_or_add
from app.collab.door import DoorProtocol
from app.collab.transport import server_options
from app.documents.desk import StoreDesk, TextDesk
from app.exchange import commands as exchange
from app.exchange import programmes
from app.kit.backup import read_backup, write_backup
from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.i18n import _
from app.main import create_app
from app.migrate import is_current, upgrade
from app.motions.projection import reproject_all
from app.people.actions import add_person, new_api_token
from app.people.queries import person_by_email
from app.settings import Settings, load

#: Seconds that open requests and streams are given when the server is told to stop.
GRACE = 4


#: Where `serve` tells the worker processes that it starts in which folder they find each other.
WORKERS = "MOTIONSVERKSTAD_WORKERS"


def application() -> Any:
    """The application for the settings in the environment; what each worker process builds."""
    return create_app(load(), workers=Path(os.environ[WORKERS]))


def _uvicorn(settings: Settings, options: Namespace, app: Any, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        loop="uvloop",
        http=DoorProtocol,
        **server_options(),
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        server_header=False,
        **more,
    )


def take_all_files() -> None:
    """Lets this process, and those it starts, have as many files open as it is allowed to.

    A connection is a file, and what processes begin with on most machines, 1,024, was chosen for programs that know no
    better than select(2). Whatever the machine says beyond that is not ours to change.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def serve(settings: Settings, options: Namespace) -> int:
    take_all_files()
    if not asyncio.run(is_current(settings.database_url)):
        print("verkstad: the database is not at this version; run `verkstad migrate`", file=sys.stderr)
        return 2
    if options.workers == 1:
        uvicorn.Server(_uvicorn(settings, options, create_app(settings))).run()
        return 0
    if not settings.redis_url:
        print("verkstad: several workers need VERKSTAD_REDIS_URL, so that they hear of each other", file=sys.stderr)
        return 2
    config = _uvicorn(settings, options, "app.commands:application", factory=True, workers=options.workers)
    with TemporaryDirectory(prefix="verkstad-workers-") as folder:
        os.environ[WORKERS] = folder
        Multiprocess(config, [config.bind_socket()]).run()
    return 0


def demo(settings: Settings, options: Namespace) -> int:
    """Migrates, seeds what is empty, prints where to click, serves."""
    from app.demo.seed import guide, prepare

    settings = prepare(settings, options.host, options.port)
    upgrade(settings.database_url)
    app = create_app(settings)
    server = uvicorn.Server(_uvicorn(settings, options, app))

    async def run() -> None:
        await guide(settings)
        await server.serve()

    asyncio.run(run())
    return 0


def migrate(settings: Settings, _options: Namespace) -> int:
    upgrade(settings.database_url)
    return 0


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Database, TextDesk]]:
    database = Database(settings.database_url)
    try:
        yield database, StoreDesk(database)
    finally:
        await database.close()


def _with_database(settings: Settings, act: Callable[[Database, TextDesk], Awaitable[int]]) -> int:
    async def run() -> int:
        async with _opened(settings) as (database, desk):
            return await act(database, desk)

    return asyncio.run(run())


def user_add(settings: Settings, options: Namespace) -> int:
    async def act(database: Database, _desk: TextDesk) -> int:
        async with database.writing() as session:
            person = await add_person(session, options.name, options.email, is_admin=options.admin)
            if options.association:
                association = await find_or_add(session, options.association)
                await add_member(session, association.id, person.id, is_officer=True, has_mandate=True)
        return 0

    return _with_database(settings, act)


def token(settings: Settings, options: Namespace) -> int:
    async def act(database: Database, _desk: TextDesk) -> int:
        async with database.writing() as session:
            person = await person_by_email(session, options.email)
            if person is None:
                raise NotFound(
                    _("Nobody has the address {email}. Add the person with `verkstad user add`.", email=options.email)
                )
            made = await new_api_token(session, person.id)
        print(made)
        return 0

    return _with_database(settings, act)


def import_motions(settings: Settings, options: Namespace) -> int:
    async def act(database: Database, desk: TextDesk) -> int:
        report = await exchange.import_motions(database, desk, options.file, options.call, options.deadline)
        for refusal in report.refused:
            print(refusal, file=sys.stderr)
        print(report)
        return 0 if not report.refused else 1

    return _with_database(settings, act)


def take_in(settings: Settings, options: Namespace) -> int:
    """Imports what the command names: motions, or a programme."""
    return import_motions(settings, options) if options.what == "motions" else _import_programme(settings, options)


def _import_programme(settings: Settings, options: Namespace) -> int:
    if not options.title or options.decided is None:
        print("verkstad: a programme needs --title and --decided", file=sys.stderr)
        return 2

    async def act(database: Database, _desk: TextDesk) -> int:
        count = await programmes.import_programme(database, options.file, options.title, options.decided)
        print(_("{title}: {n} passages.", title=options.title, n=count))
        return 0

    return _with_database(settings, act)


def export(settings: Settings, options: Namespace) -> int:
    """Writes what the command names: motions, or a booklet whose format is the ending of the file's name."""
    return export_motions(settings, options) if options.what == "motions" else _export_booklet(settings, options)


def _export_booklet(settings: Settings, options: Namespace) -> int:
    async def act(database: Database, desk: TextDesk) -> int:
        count = await exchange.export_booklet(database, desk, options.file, options.call, options.order)
        print(_("{n} motions written to {file}.", n=count, file=options.file))
        return 0

    return _with_database(settings, act)


def export_motions(settings: Settings, options: Namespace) -> int:
    async def act(database: Database, desk: TextDesk) -> int:
        count = await exchange.export_motions(database, desk, options.file, options.call)
        print(_("{n} motions written to {file}.", n=count, file=options.file))
        return 0

    return _with_database(settings, act)


def backup(settings: Settings, options: Namespace) -> int:
    async def act(database: Database, _desk: TextDesk) -> int:
        rows = await write_backup(database, Path(options.file))
        print(_("{n} rows written to {file}.", n=rows, file=options.file))
        return 0

    return _with_database(settings, act)


def restore(settings: Settings, options: Namespace) -> int:
    upgrade(settings.database_url)

    async def act(database: Database, _desk: TextDesk) -> int:
        rows = await read_backup(database, Path(options.file))
        print(_("{n} rows read from {file}.", n=rows, file=options.file))
        return 0

    return _with_database(settings, act)


def reproject(settings: Settings, _options: Namespace) -> int:
    async def act(database: Database, desk: TextDesk) -> int:
        print(_("{n} motions rebuilt from their documents.", n=await reproject_all(database, desk)))
        return 0

    return _with_database(settings, act)


def doctor(settings: Settings, _options: Namespace) -> int:
    from app.doctor import examine

    async def act(database: Database, desk: TextDesk) -> int:
        findings = await examine(database, desk)
        for finding in findings:
            print(finding)
        if not findings:
            print(_("Everything that is stored can be read, and the tables agree with the documents."))
        return 1 if findings else 0

    return _with_database(settings, act)
