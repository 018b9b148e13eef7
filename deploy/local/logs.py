"""What a child process writes: into its log file, line by line to a listener when one is given."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

_LARGEST = 10_000_000


class Log:
    """One program's log file. Earlier runs stay in it; a big one is put aside as `<name>.1` when a run begins."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._begin = 0

    def open(self) -> int:
        """Start a run; returns a new descriptor to write to, which the caller closes."""
        if self.file.exists() and self.file.stat().st_size > _LARGEST:
            self.file.replace(self.file.with_name(f"{self.file.name}.1"))
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._begin = self.file.stat().st_size
        return descriptor

    def tail(self, lines: int = 5) -> list[str]:
        """The last lines that this run wrote."""
        with self.file.open("rb") as file:
            file.seek(self._begin)
            return file.read().decode(errors="replace").splitlines()[-lines:]


async def copy_lines(stream: asyncio.StreamReader, descriptor: int, listener: Callable[[str], None]) -> None:
    """Write everything from `stream` to `descriptor` and tell `listener` each line; closes `descriptor`."""
    try:
        async for line in stream:
            os.write(descriptor, line)
            listener(line.decode(errors="replace").rstrip("\n"))
    finally:
        os.close(descriptor)
