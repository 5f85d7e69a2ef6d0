"""All settings, read once from the environment by `load()`. Nothing is read when a module is imported.

docs/settings.md documents each of them; a test fails when one is missing there.
"""

import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from app.kit.db import sqlite_url

log = logging.getLogger("verkstad.settings")

PREFIX = "VERKSTAD_"
MIN_SECRET = 32


class SettingsError(ValueError):
    """A setting is missing or makes no sense; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process. The names are those of the environment, without the prefix and in lower case."""

    data_dir: Path
    secret_key: str
    database_url: str
    redis_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str = ""
    mail_from: str = "Motionsverkstad <motionsverkstad@localhost>"
    demo: bool = False
    log_level: str = "info"
    max_connections_per_person: int = 20
    max_connections_per_address: int = 200
    trusted_proxies: str = "127.0.0.1"
    embeddings: str = ""

    @property
    def secure(self) -> bool:
        """Whether users come over https, so that cookies may be bound to it."""
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"


def load(environ: Mapping[str, str] | None = None, *, demo: bool = False) -> Settings:
    """The settings from `environ` (the process's own when left out).

    Raises SettingsError for a value that can't be read or a missing secret key; an unknown name with our prefix is
    logged and left out. In demo mode a missing data directory or secret key is made up.
    """
    environ = os.environ if environ is None else environ
    given = {
        key[len(PREFIX) :].lower(): value for key, value in environ.items() if key.startswith(PREFIX) and value != ""
    }
    known = {field.name: field.type for field in fields(Settings)}
    for name in sorted(set(given) - set(known)):
        log.warning("unknown_setting name=%s%s", PREFIX, name.upper())
        del given[name]
    demo = demo or _boolean("demo", given.pop("demo", "false"))
    data_dir = Path(given.pop("data_dir", "var/demo" if demo else "var/data")).absolute()
    values: dict[str, object] = {"demo": demo, "data_dir": data_dir}
    values["secret_key"] = _secret(given.pop("secret_key", ""), demo)
    values["database_url"] = given.pop("database_url", "") or sqlite_url(data_dir)
    for name, value in given.items():
        kind = known[name]
        values[name] = _boolean(name, value) if kind is bool else _integer(name, value) if kind is int else value
    return Settings(**values)  # type: ignore[arg-type]  # each value was read as its field's type above


def _secret(value: str, demo: bool) -> str:
    if not value and demo:
        return secrets.token_urlsafe(48)
    if len(value) < MIN_SECRET:
        raise SettingsError(
            f"{PREFIX}SECRET_KEY must be set to at least {MIN_SECRET} random characters, "
            "for example from: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return value


def _integer(name: str, value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        number = -1
    if number < 0:
        raise SettingsError(f"{PREFIX}{name.upper()} must be a whole number from 0 on, not {value!r}")
    return number


def _boolean(name: str, value: str) -> bool:
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise SettingsError(f"{PREFIX}{name.upper()} must be true or false, not {value!r}")
