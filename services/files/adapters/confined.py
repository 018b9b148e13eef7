"""What runs in the process that looks at hostile bytes: first it gives up what it may, then it looks.

It imports what it needs only there, so that no other process pays for it.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

Task: TypeAlias = Callable[..., bytes]
NO_MEMORY: Final = 3  # the exit code
_FILE: Final = 0  # the file is our standard input
_OPEN_FILES: Final = 32


def main() -> int:
    """Of the arguments the second are the limits, the third the task, the others what the task needs."""
    _, _, limits, task, *words = sys.argv
    _give_up(json.loads(limits))
    try:
        answer = TASKS[task](*words)
    except MemoryError:
        return NO_MEMORY
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return 0


def _give_up(limits: Mapping[str, float]) -> None:
    for what, most in (
        (resource.RLIMIT_AS, int(limits["memory"])),
        (resource.RLIMIT_CPU, int(limits["processor"])),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),  # nothing is written anywhere
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.umask(0o777)
    signal.alarm(int(limits["clock"]) + 1)  # also when nobody is left who would end us


def inspect(name: str, media_type: str) -> bytes:
    """Answer and arguments are JSON: the type, and codes and details of the findings."""
    from services.files.domain.content.inspecting import inspect_file

    with os.fdopen(os.dup(_FILE), "rb") as file:
        found = inspect_file(file, json.loads(name), json.loads(media_type))
    return json.dumps([found.detected_type, [[each.code, each.detail] for each in found.findings]]).encode()


def preview(media_type: str) -> bytes:
    """A small picture, or nothing where none can be made."""
    from services.files.adapters.pictures import smaller

    with os.fdopen(os.dup(_FILE), "rb") as file:
        return smaller(file, media_type) or b""


TASKS: Final[Mapping[str, Task]] = {"inspect": inspect, "preview": preview}
