"""The worker processes of one `serve --workers`, of which whoever asks for the metrics reaches any.

Each listens on a socket in a folder that only they know, and tells there what it counts; the one that was asked puts
the answers together. A worker that was killed leaves a socket behind that nobody answers on.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

#: Seconds that a sibling has for its answer.
PATIENCE = 2.0


class Siblings:
    """`folder` is where they meet; None: this process has none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        if self._folder is not None:
            self._server = await asyncio.start_unix_server(_tell, self._own(self._folder))

    async def close(self) -> None:
        if self._server is not None and self._folder is not None:
            self._server.close()
            self._own(self._folder).unlink(missing_ok=True)

    async def metrics(self) -> bytes:
        """What all of them count, in Prometheus's text format; of several, each sample says of which `worker`."""
        if self._folder is None:
            return generate_latest()
        paths = sorted(self._folder.glob("*.sock"))
        answers = await asyncio.gather(*map(_asked, paths))
        return together({path.stem: answer for path, answer in zip(paths, answers, strict=True) if answer is not None})

    def _own(self, folder: Path) -> Path:
        return folder / f"{os.getpid()}.sock"


async def _tell(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(generate_latest())
    with suppress(OSError):
        await writer.drain()
    writer.close()


async def _asked(path: Path) -> str | None:
    """What the sibling says; None when it is gone, or too busy to answer."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                return (await reader.read()).decode()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None


def together(answers: Mapping[str, str]) -> bytes:
    """The metrics of all workers, by worker, as one text."""
    merged: dict[str, Metric] = {}
    for worker, answer in answers.items():
        for family in text_string_to_metric_families(answer):
            held = merged.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            held.samples += [sample._replace(labels={**sample.labels, "worker": worker}) for sample in family.samples]
    return generate_latest(_Merged(merged))


class _Merged(Collector):
    def __init__(self, families: Mapping[str, Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families.values()
