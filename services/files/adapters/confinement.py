"""Running a look at hostile bytes in a process of its own, which has little and may do little.

The process gets the file as its standard input and gives its answer as its standard output. It has no environment, no
other open file or socket of ours, and limits that it sets itself before it reads the first byte.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

import structlog

_log = structlog.get_logger(__name__)
_ROOT: Final = Path(__file__).parents[3]  # where the process finds our code: it inherits no search path
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from services.files.adapters.confined import main; sys.exit(main())"
)
_COSTLY: Final = {-24, -9, 3}  # too much processor time, killed from outside, and no memory: see `confined`
_COMPLAINT: Final = 2_000  # bytes kept of what it says when it fails
_READ: Final = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one process: bytes of address space and of its answer, seconds of processor and of the clock."""

    memory: int = 200 * 2**20
    answer: int = 4 * 2**20
    processor: int = 60
    clock: float = 600.0  # a busy machine shall not turn a large log into a finding


class Unanswered(Exception):
    """No answer came. `costly`: because it would have taken too much."""

    def __init__(self, *, costly: bool) -> None:
        super().__init__("the look took too much" if costly else "the look failed")
        self.costly = costly


class Confinement:
    """Lets at most so many processes run at once; the others wait."""

    def __init__(self, at_once: int = 2, limits: Limits = Limits()) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._limits = limits

    async def ask(self, task: str, path: Path, *words: str) -> bytes:
        """What the task answers about the file. Raises Unanswered, and OSError when there is no such file."""
        async with self._places:
            file = await asyncio.to_thread(path.open, "rb")
            with file:
                process = await self._start(file, task, words)
            return await self._answer(process, task)

    async def _start(self, file: BinaryIO, task: str, words: Sequence[str]) -> Process:
        limits = json.dumps(asdict(self._limits))
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _START, str(_ROOT), limits, task, *words),
            stdin=file,
            stdout=PIPE,
            stderr=PIPE,
            env={"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
            cwd="/",
            start_new_session=True,
        )

    async def _answer(self, process: Process, task: str) -> bytes:
        try:
            async with asyncio.timeout(self._limits.clock):
                answer, complaint = await asyncio.gather(
                    _read(process.stdout, self._limits.answer), _read(process.stderr, _COMPLAINT)
                )
                code = await process.wait()
        except TimeoutError:
            _log.warning("confinement.costly", task=task, seconds=self._limits.clock)
            raise Unanswered(costly=True) from None
        finally:
            await _end(process)
        if code or len(answer) > self._limits.answer:
            said = complaint.decode("utf-8", "replace").strip()
            _log.warning("confinement.failed", task=task, code=code, said=said[-_COMPLAINT:])
            raise Unanswered(costly=code in _COSTLY)
        return answer


async def _read(stream: asyncio.StreamReader | None, most: int) -> bytes:
    """To the end, of which only so much is kept and one byte more: nobody shall wait for us to read on."""
    kept = bytearray()
    while stream and (piece := await stream.read(_READ)):
        kept += piece[: most + 1 - len(kept)]
    return bytes(kept)


async def _end(process: Process) -> None:
    """Also when whoever asked was cancelled."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.shield(process.wait())
