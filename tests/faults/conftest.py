"""What the tests of faults share: servers that may be killed, how much to do, and a place to tell the counts."""

import os
import random
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.support.faults.pointed_stack import Servers


@pytest.fixture(scope="session")
async def servers() -> AsyncIterator[Servers]:
    directory = Path(tempfile.mkdtemp(prefix="registry-faults-"))
    async with Servers.started(directory) as started:
        yield started
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def seed() -> str:
    """REGISTRY_FAULTS_SEED repeats what an earlier run has drawn; the order in which processes act it cannot repeat."""
    return os.environ.get("REGISTRY_FAULTS_SEED") or str(random.randrange(10**6))  # noqa: S311  # no secret


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Shows counts also of tests that pass."""

    def told(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text}\n")

    return told
