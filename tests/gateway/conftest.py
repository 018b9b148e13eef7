"""A gateway with sign-in and authorization before two subgraphs in memory, anew for each test."""

from pathlib import Path

import pytest

from tests.support.gateway_world import World, open_world


@pytest.fixture
def world(signing_keys: Path) -> World:
    return open_world(signing_keys)
