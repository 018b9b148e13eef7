"""Free TCP ports on the loopback interface, remembered so that addresses stay the same from run to run."""

import json
import random
import socket
from collections.abc import Iterable
from pathlib import Path

from deploy.local.errors import CannotStart
from deploy.local.private_files import write_private

HOST = "127.0.0.1"
# With the twins of `choose` still below the range that systems hand to outgoing connections.
RANGE = range(11_000, 20_000)
TWIN = 10_000
_ATTEMPTS = 200
_promised: set[int] = set()


def promise(port: int) -> None:
    """Keeps `port` for what this process will serve at it later: nothing that it starts before gets it."""
    _promised.add(port)


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` right now; a connection that lingers there does not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def pick(taken: Iterable[int] = (), *, twins: bool = False) -> int:
    """A random free port that is neither in `taken` nor promised. Raises CannotStart when there seems to be none."""
    avoided = set(taken)
    for port in random.sample(RANGE, _ATTEMPTS):
        if port not in avoided and _usable(port, twins=twins):
            return port
    raise CannotStart(f"No free TCP port on {HOST} between {RANGE.start} and {RANGE.stop - 1}.")


class RememberedPorts:
    """Named ports in a small file; one that is taken by now is picked anew."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def choose(self, *names: str, twins: bool = False) -> dict[str, int]:
        """A free port for each name, all different, the same as last time where possible.

        With `twins` the port that is TWIN higher is free as well.
        """
        ports = self._read()
        for name in names:
            if name not in ports or not _usable(ports[name], twins=twins):
                ports[name] = pick(ports.values(), twins=twins)
        write_private(self._file, json.dumps(ports, indent=2) + "\n")
        return {name: ports[name] for name in names}

    def last(self, name: str) -> int:
        """The port of the last run; 0 when there was none."""
        return self._read().get(name, 0)

    def _read(self) -> dict[str, int]:
        """Nothing when the file is missing or damaged: it is a memory only."""
        try:
            return {str(name): int(port) for name, port in json.loads(self._file.read_text()).items()}
        except (FileNotFoundError, ValueError, TypeError, AttributeError):
            return {}


def _usable(port: int, *, twins: bool) -> bool:
    needed = {port, port + TWIN} if twins else {port}
    return needed.isdisjoint(_promised) and all(map(is_free, needed))
