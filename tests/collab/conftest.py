"""The event loop of these tests: one whose clock jumps, for all but those that talk to real servers."""

import asyncio
from collections.abc import Callable

import pytest
import uvloop

from tests.collab.stage import VirtualLoop

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, LoopFactory]:
    module = item.getparent(pytest.Module)
    real = module is not None and getattr(module.obj, "REAL_TIME", False)
    return {"real": uvloop.new_event_loop} if real else {"virtual": VirtualLoop}
