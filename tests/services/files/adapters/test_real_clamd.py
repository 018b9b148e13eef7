"""The same talk with a real clamd. Skipped where there is none: `scripts/clamav` gets one."""

import asyncio
import gzip
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.errors import Fault
from services.files.adapters.clamav import ClamAV, TooLarge
from tests.support import clamd
from tests.support.files.packing import zipped

PROGRAM = clamd.program()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no clamd here: scripts/clamav gets one")


@pytest.fixture(scope="module")
async def clamav() -> AsyncIterator[ClamAV]:
    assert PROGRAM is not None
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder, clamd.running(PROGRAM, Path(folder)) as socket:
        scanner = ClamAV(f"unix:{socket}")
        async with asyncio.timeout(30):
            while not await _answers(scanner):
                await asyncio.sleep(0.05)
        yield scanner


async def _answers(scanner: ClamAV) -> bool:
    try:
        await scanner.check()
    except Fault:
        return False
    return True


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 1000):
        yield data[at : at + 1000]


@pytest.mark.parametrize(
    "content",
    [
        clamd.EICAR,
        zipped({"notes/a.txt": clamd.EICAR}),
        zipped({"a.zip": zipped({"a": clamd.EICAR})}),
        gzip.compress(clamd.EICAR),
    ],
    ids=["plain", "in a zip", "in a zip in a zip", "in a gzip"],
)
async def test_the_test_file_is_found(clamav: ClamAV, content: bytes) -> None:
    assert await clamav.scan(pieces(content)) == "Test-File.UNOFFICIAL"


async def test_what_is_clean_is_clean(clamav: ClamAV) -> None:
    assert await clamav.scan(pieces(b"nothing" * 10_000)) is None
    assert await clamav.scan(pieces(b"")) is None


async def test_more_than_it_takes_is_a_fault_of_its_own(clamav: ClamAV) -> None:
    with pytest.raises(TooLarge):
        await clamav.scan(pieces(bytes(5 * clamd.LARGEST)))


async def test_many_are_asked_at_once(clamav: ClamAV) -> None:
    contents = [clamd.EICAR, b"clean"] * 10

    found = await asyncio.gather(*(clamav.scan(pieces(content)) for content in contents))

    assert found == ["Test-File.UNOFFICIAL", None] * 10
