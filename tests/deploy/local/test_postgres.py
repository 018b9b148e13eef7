"""The database server: made from nothing, safe against kill -9, clear when it cannot run."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from pathlib import Path

import pytest

from deploy.local import postgres_cluster
from deploy.local.accounts import Account
from deploy.local.errors import CannotStart
from deploy.local.pid_files import Identity
from deploy.local.postgres import PostgresServer
from deploy.local.postgres_binaries import DISTRIBUTION, find_binaries

ROOT = Path(__file__).parents[3]
REQUIREMENTS = ROOT / "requirements"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="Only root runs servers as another user.")


@pytest.fixture
async def server(place: Path) -> PostgresServer:
    """One that is made but stopped."""
    made = PostgresServer(place / "postgres", durable=False)
    await made.start()
    await made.stop()
    return made


def again(server: PostgresServer, place: Path) -> PostgresServer:
    """The next run on the same directory."""
    assert server.port
    return PostgresServer(place / "postgres", durable=False)


@contextmanager
def occupied(port: int) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", port)):
        yield


async def test_committed_rows_survive_kill_9_of_the_server(place: Path) -> None:
    first = PostgresServer(place / "postgres")
    await first.start()
    async with first.session() as session:
        await session.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(first.pid, signal.SIGKILL)
    await first.wait()

    second = again(first, place)
    await second.start()

    async with second.session() as session:
        assert await session.fetchval("SELECT answer FROM kept") == 42
    assert second.port == first.port
    await second.stop()


async def test_a_server_left_behind_is_ended_before_the_next_one(place: Path) -> None:
    left, after = (PostgresServer(place / "postgres", durable=False) for _ in range(2))
    await left.start()
    running = Identity.of(left.pid)

    await after.start()

    assert running is not None
    assert not running.alive()
    assert after.port == left.port
    await after.stop()
    await left.stop()


async def test_a_remembered_port_that_is_taken_is_picked_anew(server: PostgresServer, place: Path) -> None:
    second = again(server, place)
    with occupied(server.port):
        await second.start()

    assert second.port != server.port
    await second.stop()


async def test_a_port_that_was_asked_for_and_is_taken_is_an_error(server: PostgresServer, place: Path) -> None:
    wanted = PostgresServer(place / "postgres", port=server.port)
    with occupied(server.port), pytest.raises(CannotStart, match=f"Port {server.port} on 127.0.0.1 is taken"):
        await wanted.start()


async def test_a_wrong_password_is_refused_by_the_server(server: PostgresServer, place: Path) -> None:
    (place / "postgres" / "password").write_text("another")

    with pytest.raises(CannotStart, match="is not the superuser's"):
        await again(server, place).start()


async def test_a_server_that_will_not_start_shows_its_last_words_and_log(server: PostgresServer, place: Path) -> None:
    with (place / "postgres" / "data" / "postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = plenty\n")

    with pytest.raises(CannotStart, match="shared_buffers") as caught:
        await again(server, place).start()

    assert str(place / "postgres" / "log") in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_failed_initdb_says_so_and_the_next_start_makes_it_good(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(postgres_cluster, "_OPTIONS", ("--encoding", "nonsense"))
        with pytest.raises(CannotStart, match=r"initdb failed with status 1.*nonsense"):
            await PostgresServer(place / "postgres", durable=False).start()

    server = PostgresServer(place / "postgres", durable=False)
    await server.start()
    await server.stop()


async def test_data_of_another_version_is_left_alone(server: PostgresServer, place: Path) -> None:
    (place / "postgres" / "data" / "PG_VERSION").write_text("12\n")

    with pytest.raises(CannotStart, match="was made by PostgreSQL 12"):
        await again(server, place).start()


async def test_a_directory_without_write_permission_is_named(
    place: Path, ordinary_user: Callable[[], AbstractContextManager[None]]
) -> None:
    place.chmod(0o555)
    with ordinary_user(), pytest.raises(CannotStart, match=f"cannot use {place}/postgres .Permission denied"):
        await PostgresServer(place / "postgres").start()


@pytest.mark.parametrize("requirements", ["local.txt", "dev.txt"])
def test_the_programs_are_those_of_the_pinned_wheel(requirements: str) -> None:
    pinned = f"{DISTRIBUTION}=={version(DISTRIBUTION)} "
    said = subprocess.run([find_binaries() / "initdb", "--version"], capture_output=True, text=True, check=True)

    assert any(line.startswith(pinned) for line in (REQUIREMENTS / requirements).read_text().splitlines())
    assert said.stdout.split()[-1] == version(DISTRIBUTION).rpartition(".")[0]


@needs_root
async def test_root_runs_the_server_as_a_lesser_user_who_need_not_reach_the_data(place: Path) -> None:
    place.chmod(0o700)
    server = PostgresServer(place / "hidden" / "postgres", durable=False)
    await server.start()

    assert Path(f"/proc/{server.pid}").stat().st_uid != 0
    await server.stop()


@needs_root
def test_programs_out_of_reach_are_copied_once_for_the_lesser_user(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Account, "reaches", lambda *_: False)
    place.chmod(0o755)
    nobody = Account(65534, 65534)

    copy = find_binaries(nobody, copies=place / "copies")
    made = copy.stat().st_mtime_ns

    subprocess.run([copy / "postgres", "--version"], check=True, user=65534, group=65534, extra_groups=[])
    assert find_binaries(nobody, copies=place / "copies") == copy
    assert copy.stat().st_mtime_ns == made


async def test_kill_9_of_the_parent_ends_the_server(
    server: PostgresServer, place: Path, until_gone: Callable[[Identity], Awaitable[None]]
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(place / "postgres")], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    child = Identity.of(int(parent.stdout.readline()))
    assert child is not None

    parent.kill()
    parent.communicate()

    await until_gone(child)


_PARENT = """
import asyncio, sys
from pathlib import Path
from deploy.local.postgres import PostgresServer

async def main():
    server = PostgresServer(Path(sys.argv[1]), durable=False)
    await server.start()
    print(server.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_cluster_without_its_version_is_told_as_damaged(server: PostgresServer, place: Path) -> None:
    (place / "postgres" / "data" / "PG_VERSION").unlink()

    with pytest.raises(CannotStart, match="is damaged, it has no PG_VERSION: put it back"):
        await again(server, place).start()


@needs_root
async def test_a_database_that_the_server_may_not_read_is_told(server: PostgresServer, place: Path) -> None:
    os.chown(place / "postgres" / "data" / "base", 1, 1)

    with pytest.raises(CannotStart, match="mend that, put it back from a backup"):
        await again(server, place).start()
