"""How much processor time the parts of a running registry have used, from the system's own counters."""

import os
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(root: int) -> dict[str, float]:
    """User and system seconds of the process `root` and all below it, summed by what they run."""
    used: dict[str, float] = defaultdict(float)
    for process in _family(root):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended since it was listed
            name, seconds = _read(process)
            used[name] += seconds
    return dict(used)


def memory_megabytes(root: int) -> dict[str, float]:
    """Resident memory, shared pages counted by their share, by what the processes run."""
    held: dict[str, float] = defaultdict(float)
    for process in _family(root):
        with suppress(FileNotFoundError, ProcessLookupError):
            held[_read(process)[0]] += _share(process)
    return dict(held)


class Others:
    """How busy programs of others keep the machine from now on: where they do, trust processor time only."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._busy = _busy_seconds()
        self._ours = sum(processor_seconds(os.getpid()).values())

    def told(self) -> str:
        ours = sum(processor_seconds(os.getpid()).values()) - self._ours
        cores = (_busy_seconds() - self._busy - ours) / (time.perf_counter() - self._began)
        return f"Programs of others kept {max(0, cores):.1f} of {os.cpu_count()} cores busy meanwhile."


def program(words: list[str], name: str) -> str:
    """What a process runs: of `python -m services.files work` the module and the command, else its `name`."""
    if not name.startswith("python") or "-m" not in words:
        return name
    module = words.index("-m") + 1
    return " ".join(words[module : module + 2])


def _busy_seconds() -> float:
    """Of all cores since the machine started, without what they waited."""
    user, nice, system, _, _, *interrupts = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()[1:8]
    return sum(int(ticks) for ticks in (user, nice, system, *interrupts)) / _TICKS


def _share(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return sum(int(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:"))


def _family(root: int) -> list[int]:
    """The process and its descendants; one that ends while they are listed has none."""
    if not Path(f"/proc/{root}/task/{root}").exists():
        return [root]
    children = Path(f"/proc/{root}/task/{root}/children").read_text(encoding="utf-8").split()
    return [root, *(each for child in children for each in _family(int(child)))]


def _read(process: int) -> tuple[str, float]:
    """The counters of a process and of its children that have ended; its name is the part in parentheses."""
    text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    name, _, rest = text.partition("(")[2].rpartition(")")
    words = Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace").split("\0")
    return program(words, name), sum(int(ticks) for ticks in rest.split()[11:15]) / _TICKS
