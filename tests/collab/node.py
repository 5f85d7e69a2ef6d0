"""The real server as a process, and how a person gets at it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import connect

from app.people.routes import SESSION_COOKIE
from tests.collab.browser_client import Browser
from tests.servers import Served


@dataclass
class Node:
    """A served process and a person who may do everything there."""

    served: Served
    token: str

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        async with httpx.AsyncClient(base_url=self.served.url + "/api/v1", timeout=30) as client:
            response = await client.request(method, path, headers={"authorization": f"Bearer {self.token}"}, **options)
            response.raise_for_status()
            return response.json()

    async def motion(self) -> tuple[str, str]:
        """(its id, its document's)."""
        made = await self.ask("POST", "/motions", json={"title": "", "body": "", "demands": []})
        return made["id"], made["document_id"]

    def address(self, document_id: str, token: str | None = None) -> str:
        """Where its live text is; for a cookie with the token ""."""
        token = self.token if token is None else token
        credentials = f"&token={token}" if token else ""
        return f"{self.served.url.replace('http', 'ws', 1)}/collab/{document_id}?ack=1{credentials}"

    async def join(self, document_id: str, token: str | None = None) -> Browser:
        browser = Browser(await connect(self.address(document_id, token), max_size=None, compression=None))
        await browser.synchronise()
        return browser

    async def stored(self, document_id: str) -> str:
        """The title as somebody finds it who comes now."""
        fresh = await self.join(document_id)
        fresh.socket.transport.abort()
        return str(fresh.text)

    async def readiness(self) -> tuple[int, dict[str, Any]]:
        """What /readyz says: its status and its body."""
        async with httpx.AsyncClient(base_url=self.served.url, timeout=30) as client:
            response = await client.get("/readyz")
            return response.status_code, response.json()

    async def turns(self, status: int, part: str | None = None) -> None:
        """Returns when /readyz answers with `status`, and with `part` among what is impaired or missing (None: nothing
        is)."""
        async with asyncio.timeout(30):
            while True:
                code, body = await self.readiness()
                troubles = {**body["missing"], **body["impaired"]}
                if code == status and (part in troubles if part else not troubles):
                    return

    @asynccontextmanager
    async def browse(self, session: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """A browser on the pages of this node, signed in by `session`."""
        headers = {"origin": self.served.url}
        cookies = {SESSION_COOKIE: session} if session else {}
        async with httpx.AsyncClient(
            base_url=self.served.url, timeout=30, headers=headers, cookies=cookies, follow_redirects=True
        ) as client:
            yield client


def admit_astrid(served: Served) -> str:
    """Makes her an administrator; returns her token."""
    served.run("user", "add", "astrid@example.org", "--name", "Astrid", "--admin")
    return served.run("token", "astrid@example.org").splitlines()[-1]


def join_link(page: str) -> str:
    """The path of the first link by which others come in."""
    found = re.search(r"/join/[^\"'<\s]+", page)
    assert found, page
    return found.group()
