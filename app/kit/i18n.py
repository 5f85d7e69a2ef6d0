"""Translations: English msgids in the code, a complete Swedish catalog beside it; Swedish is the default.

The .po file is read as it is when the process starts, so nothing has to be compiled.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from app.kit.clock import STOCKHOLM

DEFAULT_LOCALE = "sv"
LOCALES = ("sv", "en")
CATALOGS = Path(__file__).parent.parent / "locale"

_locale: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


def N_(msgid: str) -> str:  # noqa: N802 - the name that extraction tools know
    """Marks a msgid that is translated later."""
    return msgid


@cache
def _catalog(locale: str) -> Catalog | None:
    path = CATALOGS / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _lookup(msgid: str, plural: str | None = None, n: int = 1) -> str:
    fallback = msgid if plural is None or n == 1 else plural
    catalog = _catalog(_locale.get())
    message = catalog.get(msgid) if catalog is not None else None
    if message is None or not message.string:
        return fallback
    if isinstance(message.string, str):
        return message.string
    # Swedish and English both have two forms, "one" and "other".
    return (message.string[0] if n == 1 else message.string[-1]) or fallback


def _(msgid: str, **values: object) -> str:
    """`msgid` in the language of the request, its `{names}` filled in."""
    text = _lookup(msgid)
    return text.format(**values) if values else text


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """The form for `n`, in the language of the request; `{n}` is filled in."""
    return _lookup(singular, plural, n).format(n=n, **values)


def current_locale() -> str:
    return _locale.get()


@contextmanager
def using_locale(locale: str) -> Iterator[None]:
    token = _locale.set(locale if locale in LOCALES else DEFAULT_LOCALE)
    try:
        yield
    finally:
        _locale.reset(token)


def show_date(at: datetime) -> str:
    """“1 december 2026”, in Stockholm."""
    return format_date(at.astimezone(STOCKHOLM), "long", locale=_locale.get())


def show_datetime(at: datetime) -> str:
    """“1 december 2026 kl. 23:59”, in Stockholm."""
    return format_datetime(
        at, "d MMMM y 'kl.' HH:mm" if _locale.get() == "sv" else "d MMMM y HH:mm", STOCKHOLM, _locale.get()
    )


def show_time(at: datetime) -> str:
    return format_time(at, "HH:mm", STOCKHOLM, _locale.get())


def show_list(items: Iterable[object]) -> str:
    """“Storvik, Hofors och Ockelbo”."""
    return format_list([str(item) for item in items], locale=_locale.get())
