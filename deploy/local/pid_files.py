"""Which process of an earlier run is still there: its number and start time in a file, and the way to end it."""

import asyncio
import json
import os
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from signal import SIGKILL, Signals
from typing import Self

from deploy.local.errors import CannotStart
from deploy.local.private_files import write_private

_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Identity:
    """A process for certain: numbers are used again, a number with a start time is not."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """None when no such process runs; one that only waits to be collected by its parent counts as gone."""
        started = _started(pid)
        return None if started is None else cls(pid, started)

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """What `file` says; None when it is missing or was cut off."""
        try:
            kept = json.loads(file.read_text())
            return cls(int(kept["pid"]), str(kept["started"]))
        except (FileNotFoundError, ValueError, KeyError):
            return None

    def write(self, file: Path) -> None:
        write_private(file, json.dumps(asdict(self)) + "\n")

    def alive(self) -> bool:
        return _started(self.pid) == self.started


async def reap(file: Path, signal: Signals, *, within: float) -> None:
    """End the process that `file` names, if it still runs: by `signal`, and by force after `within` seconds.

    The file stays, and names nobody from then on.

    Raises CannotStart when it belongs to somebody else.
    """
    left = Identity.read(file)
    if left is not None and left.alive():
        try:
            await _end(left, signal, within)
        except PermissionError:
            raise CannotStart(
                f"Process {left.pid} of an earlier run by another user is still there: stop it first."
            ) from None


async def _end(left: Identity, signal: Signals, within: float) -> None:
    os.kill(left.pid, signal)
    if not await _gone(left, within):
        os.kill(left.pid, SIGKILL)
        await _gone(left, within)


async def _gone(left: Identity, within: float) -> bool:
    for _ in range(int(within / _PAUSE)):
        if not left.alive():
            return True
        await asyncio.sleep(_PAUSE)
    return not left.alive()


def _started(pid: int) -> str | None:
    """Boot and clock ticks since then on Linux, the time of day elsewhere."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    if not boot.exists():
        shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607 - a number is the only argument; ps is where the system has it.
        return shown.stdout.strip() or None
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The program's name comes second, in brackets, and may hold anything.
    state, *fields = status.rpartition(")")[2].split()
    return None if state in "ZX" else f"{boot.read_text().strip()}/{fields[18]}"
