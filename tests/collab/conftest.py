"""The event loop of these tests: one whose clock jumps, for all but those that talk to real servers."""

import asyncio
from collections.abc import Callable

import pytest

from tests.collab.stage import VirtualLoop

type_of_loop = Callable[[], asyncio.AbstractEventLoop]


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, type_of_loop]:
    module = item.getparent(pytest.Module)
    real = module is not None and getattr(module.obj, "REAL_TIME", False)
    return {"real": asyncio.new_event_loop} if real else {"virtual": VirtualLoop}
