"""A caller who may see one company, by API key and by session."""

import pytest

from tests.support.gateway_world import MINE, World, new_actor


@pytest.fixture
def key(world: World) -> str:
    return world.user(incident_view=[MINE])


@pytest.fixture
def session(world: World) -> str:
    """A session's token."""
    world.access.lets_in("token-1", new_actor(incident_view=[MINE]))
    return "token-1"
