"""The servers that the other tests stand on are real ones."""

import socket
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.servers import Missing, Postgres, find_program


async def test_postgresql_answers_and_copies_a_template(postgres: Postgres) -> None:
    template = postgres.create()
    first = await asyncpg.connect(postgres.url(template).replace("+asyncpg", ""))
    await first.execute("CREATE TABLE proof (word text)")
    await first.execute("INSERT INTO proof VALUES ('att')")
    await first.close()
    copy = postgres.create(template)
    second = await asyncpg.connect(postgres.url(copy).replace("+asyncpg", ""))
    assert await second.fetchval("SELECT word FROM proof") == "att"
    await second.close()
    postgres.drop(copy)
    postgres.drop(template)


def test_valkey_answers(valkey: str) -> None:
    address = urlsplit(valkey)
    assert address.hostname
    assert address.port
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(16) == b"+PONG\r\n"


def test_missing_program_says_what_to_install() -> None:
    with pytest.raises(Missing, match="apt-get install --no-install-recommends quill"):
        find_program(["no-such-program-here"], "quill", "/no/such/folder")
