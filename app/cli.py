"""The `verkstad` command."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from app import commands
from app.kit import logs
from app.kit.errors import AppError
from app.settings import SettingsError, load


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="verkstad", description="Motionsverkstad. Settings: see docs/settings.md.")
    commands_of = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str, run: Callable[..., int]) -> argparse.ArgumentParser:
        sub = commands_of.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    serve = command("serve", "Serve the application.", commands.serve)
    demo = command("demo", "Serve with a seeded demo; mail is shown on a page.", commands.demo)
    for sub in (serve, demo):
        sub.add_argument("--host", default="127.0.0.1")
        sub.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1)
    command("migrate", "Bring the database to this version.", commands.migrate)
    user = command("user", "Manage people.", commands.user_add)
    user.add_argument("action", choices=["add"])
    user.add_argument("email")
    user.add_argument("--name", required=True)
    user.add_argument("--association", help="made when there is none; the person gets its mandate")
    user.add_argument("--admin", action="store_true")
    token = command("token", "Print an API token, alone on the last line.", commands.token)
    token.add_argument("email")
    importing = command("import", "Import motions, one JSON object a line, or a programme.", commands.take_in)
    importing.add_argument("what", choices=["motions", "programme"])
    importing.add_argument("file", type=Path)
    importing.add_argument("--call", default="Motioner")
    importing.add_argument("--deadline", type=date.fromisoformat, metavar="DATE", help="the last day of --call")
    importing.add_argument("--title", help="what the programme is called; one of the same title is replaced")
    importing.add_argument("--decided", type=date.fromisoformat, metavar="DATE", help="when it was decided, 2025-05-31")
    export = command(
        "export", "Write all motions of a call as JSON lines, or those handed in as a booklet.", commands.export
    )
    export.add_argument("what", choices=["motions", "booklet"])
    export.add_argument("file", type=Path)
    export.add_argument("--call", default=None)
    export.add_argument("--order", choices=["submitted", "theme"], default="submitted", help="of a booklet")
    for name, text, run in (
        ("backup", "Write everything into one file.", commands.backup),
        ("restore", "Read a backup into an empty database.", commands.restore),
    ):
        command(name, text, run).add_argument("file", type=Path)
    command("reproject", "Rebuild titles, bodies and demands from the documents.", commands.reproject)
    command("doctor", "Check what is stored, and say what is wrong.", commands.doctor)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. 0 only if everything went in; 2 when it could not be begun."""
    options = _parser().parse_args(arguments)
    try:
        settings = load(demo=options.command == "demo")
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        logs.configure(settings.log_level)
        run: Callable[..., int] = options.run
        return run(settings, options)
    except (SettingsError, AppError, OSError) as problem:
        print(f"verkstad: {problem}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130


if __name__ == "__main__":
    sys.exit(main())
