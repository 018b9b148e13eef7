"""Connections go round, past processes that do not answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from deploy.local.errors import CannotStart
from deploy.local.ports import HOST, pick
from deploy.local.stack.balancer import Balancer

Serve = Callable[[str], Awaitable[int]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server that answers each line with its name and the line; the port."""
    servers: list[asyncio.Server] = []

    async def start(name: str) -> int:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while line := await reader.readline():
                writer.write(f"{name} ".encode() + line)
            writer.write(b"bye")
            writer.close()

        port = pick()
        servers.append(await asyncio.start_server(answer, HOST, port))
        return port

    yield start
    for server in servers:
        server.close()


@pytest.fixture
async def balanced() -> AsyncIterator[Callable[..., Awaitable[int]]]:
    """Starts a balancer before these ports; its port."""
    running: list[Balancer] = []

    async def start(*behind: int) -> int:
        port = pick()
        balancer = Balancer("incidents", port, behind)
        await balancer.start()
        running.append(balancer)
        return port

    yield start
    for balancer in running:
        await balancer.stop()
        assert await balancer.wait() == 0


async def ask(port: int, *lines: str) -> str:
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write("".join(f"{line}\n" for line in lines).encode())
    writer.write_eof()
    async with asyncio.timeout(20):
        told = await reader.read()
    writer.close()
    return told.decode()


async def test_each_connection_goes_to_the_next_process(serve: Serve, balanced: Callable[..., Awaitable[int]]) -> None:
    port = await balanced(await serve("a"), await serve("b"))

    assert [await ask(port, "1", "2") for _ in range(3)] == ["a 1\na 2\nbye", "b 1\nb 2\nbye", "a 1\na 2\nbye"]


async def test_what_does_not_answer_is_passed_over(serve: Serve, balanced: Callable[..., Awaitable[int]]) -> None:
    port = await balanced(pick(), await serve("b"))

    assert [await ask(port, "1") for _ in range(3)] == ["b 1\nbye"] * 3


async def test_when_nothing_answers_the_connection_ends(balanced: Callable[..., Awaitable[int]]) -> None:
    port = await balanced(pick(), pick())

    assert await ask(port) == ""


async def test_a_large_answer_comes_whole(serve: Serve, balanced: Callable[..., Awaitable[int]]) -> None:
    port = await balanced(await serve("a"))
    long = "x" * 60_000

    told = await ask(port, *[long] * 100)

    assert len(told) == 100 * (len(long) + 3) + 3


async def test_a_port_that_is_taken_is_told(serve: Serve) -> None:
    taken = await serve("a")

    with pytest.raises(CannotStart, match=str(taken)):
        await Balancer("incidents", taken, []).start()


async def test_stopping_ends_connections_that_are_open(serve: Serve) -> None:
    port = pick()
    balancer = Balancer("incidents", port, [await serve("a")])
    await balancer.start()
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(b"1\n")
    assert await reader.readline() == b"a 1\n"

    await balancer.stop()

    async with asyncio.timeout(20):
        assert await reader.read() in {b"", b"bye"}
    writer.close()
