"""Real Yjs clients for the tests of the contract."""

from collections.abc import Iterator

import pytest

from tests.contract.peers import Peers


@pytest.fixture(scope="session")
def peers() -> Iterator[Peers]:
    clients = Peers()
    yield clients
    clients.close()
