"""What the launcher tests share: a place, an ordinary user, programs to run, and waiting for a process to be gone."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from deploy.local.pid_files import Identity
from deploy.local.processes import Program

MakeProgram = Callable[..., Program]


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty directory of one test's own."""
    directory = Path(tempfile.mkdtemp(prefix="registry-tests-"))
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def ordinary_user() -> Callable[[], AbstractContextManager[None]]:
    """A block in which files are opened with an ordinary user's rights, also when root runs the tests."""

    @contextmanager
    def become() -> Iterator[None]:
        before = os.geteuid()
        if before == 0:
            os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(before)

    return become


@pytest.fixture
def until_gone() -> Callable[[Identity], Awaitable[None]]:
    """Waits for the end of a process; the test's own time limit is the limit."""

    async def wait(process: Identity) -> None:
        while process.alive():
            await asyncio.sleep(0.02)

    return wait


@pytest.fixture
def make_program(place: Path) -> MakeProgram:
    """A program of a few lines of Python, ready once it has made the file `ready`."""

    def make(code: str, **given: object) -> Program:
        async def ready() -> bool:
            return (place / "ready").exists()

        settings: dict[str, object] = {
            "name": "Example",
            "words": [sys.executable, "-c", code],
            "directory": place,
            "log": place / "log",
            "record": place / "process.json",
            "ready": ready,
        }
        return Program(**(settings | given))  # type: ignore[arg-type]  # the tests say which settings they change.

    return make
