"""A cluster for the whole run, and events that flow through it during each test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.support.cluster_traffic import Traffic, broken, report
from tests.support.rabbit_cluster import Cluster

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]


@pytest.fixture(scope="session")
async def cluster(session_directory: Path) -> AsyncIterator[Cluster]:
    made = Cluster(session_directory / "cluster")
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


@pytest.fixture(autouse=True)
async def whole(cluster: Cluster) -> AsyncIterator[None]:
    """What a test that failed has left dead lives again for the next."""
    yield
    for node in cluster.nodes:
        if not node.running:
            await node.start()


@pytest.fixture
def until() -> Until:
    """Waits until the condition holds; the test's own time limit is the limit."""

    async def wait(condition: Callable[[], Awaitable[bool] | bool]) -> None:
        while True:
            holds = condition()
            if holds is True or (not isinstance(holds, bool) and await holds):
                return
            await asyncio.sleep(0.02)

    return wait


@pytest.fixture
async def traffic(cluster: Cluster) -> AsyncIterator[Traffic]:
    """Under way, in queues that all nodes know of and that stay from test to test."""
    made = Traffic(cluster.url)
    await made.begin()
    await cluster.keeps(made.queues)
    await made.flows()
    yield made
    await made.close()


@pytest.fixture
def proven(capsys: pytest.CaptureFixture[str]) -> Callable[[Traffic], Awaitable[None]]:
    """Lets it end, tells the counts, and fails when anything is lost, was made up or came in another order."""

    async def prove(traffic: Traffic) -> None:
        await traffic.end()
        with capsys.disabled():
            print(f"\n  {report(traffic)}")  # noqa: T201  # for the person who runs it
        assert broken(traffic) == []

    return prove
