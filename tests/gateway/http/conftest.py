"""A caller who may see one company, by API key and by session; and servers on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvicorn
from starlette.types import ASGIApp

from tests.support.gateway_world import MINE, World, new_actor

Serve = Callable[[ASGIApp], Awaitable[str]]


@pytest.fixture
def key(world: World) -> str:
    return world.user(incident_view=[MINE])


@pytest.fixture
def session(world: World) -> str:
    """A session's token."""
    world.access.lets_in("token-1", new_actor(incident_view=[MINE]))
    return "token-1"


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serves an application until the test ends, and tells its address."""
    running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def start(application: ASGIApp) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(application, lifespan="off", log_config=None, http="httptools", ws="none", loop="none")
        server = uvicorn.Server(config)
        running.append((server, asyncio.create_task(server._serve([listening]))))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for server, task in running:
        server.should_exit = True
        await task
