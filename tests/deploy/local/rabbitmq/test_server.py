"""The broker as a child process: what it keeps, where it listens, and what is left of it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from pathlib import Path

import aio_pika
import pytest

from deploy.local.errors import CannotStart
from deploy.local.pid_files import Identity
from deploy.local.rabbitmq.server import RabbitServer
from tests.support.listening import LOOPBACK, listening
from tests.support.rabbitmq import on_disk

ROOT = Path(__file__).parents[4]


async def test_messages_survive_kill_9_at_the_same_address(place: Path) -> None:
    server = RabbitServer(place)
    await server.start()
    url = server.url
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.declare_queue("kept", durable=True, arguments={"x-queue-type": "quorum"})
        await channel.default_exchange.publish(aio_pika.Message(b"content"), "kept")
    while not on_disk(server, "kept"):
        await asyncio.sleep(0.05)
    os.kill(server.pid, signal.SIGKILL)
    assert await server.wait() == -signal.SIGKILL

    again = RabbitServer(place)
    await again.start()

    assert again.url == url
    async with await aio_pika.connect(url) as connection:
        queue = await (await connection.channel()).get_queue("kept")
        assert (await queue.get(no_ack=True)).body == b"content"
    await server.stop()
    await again.stop()


async def test_it_listens_on_the_loopback_only(rabbitmq_server: RabbitServer) -> None:
    assert {address for address, _ in listening(rabbitmq_server.pid)} == {LOOPBACK}


async def test_a_wrong_password_is_refused(rabbitmq_server: RabbitServer) -> None:
    user, _, rest = rabbitmq_server.url.rpartition("@")
    with pytest.raises(aio_pika.exceptions.ProbableAuthenticationError):
        await aio_pika.connect(f"{user}x@{rest}")


async def test_the_control_program_answers_and_its_complaints_are_quoted(rabbitmq_server: RabbitServer) -> None:
    assert "registry" in await rabbitmq_server.control("list_users")
    with pytest.raises(CannotStart, match=r"rabbitmqctl set_permissions: (?s:.*)no_such_user"):
        await rabbitmq_server.control("set_permissions", "no_such_user", "", "", "")


@pytest.mark.parametrize("line", ["started\n", "ready\n"])
async def test_kill_9_of_the_parent_ends_the_node_and_its_port_mapper(
    line: str, place: Path, until_gone: Callable[[Identity], Awaitable[None]]
) -> None:
    """Also in the first second, when the node hears no other signal, and starts a port mapper that it misses."""
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(place)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    while parent.stdout.readline() != line:
        assert parent.poll() is None
    left = [Identity.read(place / name) for name in ("node.json", "epmd.json")]

    parent.kill()
    parent.communicate()

    for process in left:
        assert process is not None
        await until_gone(process)
    while any(_mentions(each, place) for each in Path("/proc").glob("[0-9]*/environ")):  # what the node started itself
        await asyncio.sleep(0.02)


async def test_a_first_start_that_was_cut_off_is_begun_anew(place: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(place)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    while not any((place / "data").glob("*")):
        assert parent.poll() is None
        await asyncio.sleep(0.01)
    parent.kill()
    parent.communicate()
    (place / "data" / "half").touch()
    server = RabbitServer(place)

    await server.start()
    try:
        await (await aio_pika.connect(server.url)).close()
    finally:
        await server.stop()

    assert not (place / "data" / "half").exists()
    assert not (place / "unfinished").exists()


def _mentions(environment: Path, place: Path) -> bool:
    try:
        return str(place).encode() in environment.read_bytes()
    except OSError:  # it has ended meanwhile
        return False


_PARENT = """
import asyncio, sys
from pathlib import Path
from deploy.local.rabbitmq.server import RabbitServer

async def started(place):
    while not (place / "node.json").exists():
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    print("started", flush=True)

async def main():
    place = Path(sys.argv[1])
    telling = asyncio.create_task(started(place))
    await RabbitServer(place).start()
    print("ready", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_directory_without_write_permission_is_named(
    place: Path, ordinary_user: Callable[[], AbstractContextManager[None]]
) -> None:
    place.chmod(0o555)
    with ordinary_user(), pytest.raises(CannotStart, match=f"cannot use {place}/rabbitmq .Permission denied"):
        await RabbitServer(place / "rabbitmq").start()
