"""The server beside what a process does: it answers while that runs, ends with it, and leaves signals to it."""

import asyncio
import signal
import socket

import pytest

from chassis.management import management_application, served_beside
from tests.support.figures import parsed


@pytest.fixture
def port() -> int:
    """One that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number: int = probe.getsockname()[1]
    return number


async def ask(port: int, path: str) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body


async def test_it_answers_while_the_rest_runs(port: int) -> None:
    before = signal.getsignal(signal.SIGTERM)
    async with served_beside(management_application("incidents work"), host="127.0.0.1", port=port):
        during = signal.getsignal(signal.SIGTERM)
        assert await ask(port, "/livez") == (200, "alive\n")
        status, body = await ask(port, "/metrics")
    assert (status, during) == (200, before)
    assert ("process_open_fds", frozenset()) in parsed(body)
    with pytest.raises(ConnectionRefusedError):
        await ask(port, "/livez")


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"cannot listen on port {port} of 127.0.0.1: Address already in use"):
            async with served_beside(management_application("incidents work"), host="127.0.0.1", port=port):
                pass
