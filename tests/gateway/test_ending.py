"""A gateway process that is told to end while a subgraph makes a request wait."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM

import aiohttp
import pytest
from aiohttp import web

from tests.support.gateway_world import HERE

ROOT = Path(__file__).parents[2]
SIZE = {"query": "{ size }"}
ENDING = {"message": "This gateway is ending; send the request again.", "extensions": {"code": "SERVICE_UNAVAILABLE"}}


@dataclass
class SlowSubgraph:
    """Answers when it may."""

    url: str = ""
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, _: web.Request) -> web.Response:
        self.asked.set()
        await self.may_answer.wait()
        return web.json_response({"data": {"size": 2}})


@pytest.fixture
async def subgraph() -> AsyncIterator[SlowSubgraph]:
    slow = SlowSubgraph()
    application = web.Application()
    application.router.add_post("/graphql", slow.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slow.url = f"http://127.0.0.1:{runner.addresses[0][1]}/graphql"
    yield slow
    slow.may_answer.set()
    await runner.cleanup()


@pytest.fixture
async def gateway(subgraph: SlowSubgraph, tmp_path: Path, port: int) -> AsyncIterator[Process]:
    """The open gateway, listening on `port`."""
    file = tmp_path / "supergraph.graphql"
    named = 'name: "incidents", url: "'
    file.write_text((HERE / "supergraph.graphql").read_text().replace(named, named + subgraph.url))
    arguments = ["-m", "gateway", "serve", "--no-sign-in", "--supergraph", str(file), "--port", str(port)]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stderr=PIPE)
    assert process.stderr is not None
    assert b"The graph is at" in await process.stderr.readline()
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def status_of(client: aiohttp.ClientSession, path: str) -> int:
    async with client.get(path) as answer:
        return answer.status


async def test_it_finishes_what_runs_refuses_what_comes_and_ends(
    gateway: Process, subgraph: SlowSubgraph, port: int
) -> None:
    address = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(address) as early, aiohttp.ClientSession(address) as late:
        assert await status_of(late, "/readyz") == 200
        running = asyncio.create_task(early.post("/graphql", json=SIZE))
        await subgraph.asked.wait()
        gateway.send_signal(SIGTERM)
        async with asyncio.timeout(10):
            while await status_of(late, "/readyz") == 200:
                await asyncio.sleep(0.01)
        async with late.post("/graphql", json=SIZE) as refused:
            assert (refused.status, await refused.json()) == (503, {"errors": [ENDING]})
        assert await status_of(late, "/livez") == 200
        assert gateway.returncode is None
        subgraph.may_answer.set()
        async with await running as answer:
            assert (answer.status, await answer.json()) == (200, {"data": {"size": 2}})

    _, told = await gateway.communicate()
    assert (await gateway.wait(), told) == (0, b"")


async def test_a_second_signal_cuts_the_waiting_short(gateway: Process, subgraph: SlowSubgraph, port: int) -> None:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        running = asyncio.create_task(client.post("/graphql", json=SIZE))
        await subgraph.asked.wait()
        gateway.send_signal(SIGTERM)
        async with asyncio.timeout(10):
            while await status_of(client, "/readyz") == 200:
                await asyncio.sleep(0.01)
        gateway.send_signal(SIGTERM)
        await asyncio.wait_for(gateway.communicate(), timeout=9)  # less than it would wait for what runs
        assert gateway.returncode == 0
        async with await running as answer:
            assert answer.status == 500
