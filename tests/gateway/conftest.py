"""A gateway with sign-in and authorization before two subgraphs in memory, anew for each test."""

import socket
from pathlib import Path

import pytest

from tests.support.gateway_world import World, open_world


@pytest.fixture
def world(signing_keys: Path) -> World:
    return open_world(signing_keys)


@pytest.fixture
def port() -> int:
    """One that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number: int = probe.getsockname()[1]
    return number
