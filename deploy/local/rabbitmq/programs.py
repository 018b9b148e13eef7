"""Where the programs of RabbitMQ and of its Erlang are: the machine's own, else those that `packages` unpacked."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.local.errors import CannotStart

WAY_OUT = "run `make test`, or install RabbitMQ so that `rabbitmq-server` is on the PATH"
# Ordinary users have no sbin on their PATH.
_PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/opt/homebrew/sbin"))
_SERVER = "rabbitmq-server"


def place_to_unpack(prefix: str = sys.prefix, environment: Mapping[str, str] = os.environ) -> Path:
    """In the Python environment; RabbitMQ's own scripts stumble over spaces, so else where the user keeps caches."""
    if " " not in prefix:
        return Path(prefix) / "rabbitmq"
    caches = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME", "/nowhere"), ".cache")
    return Path(caches) / "incident-registry" / "rabbitmq"


UNPACKED = place_to_unpack()


@dataclass(frozen=True, slots=True)
class Programs:
    """`scripts` holds RabbitMQ's own `rabbitmq-server` and `rabbitmqctl`, `erlang` holds `erl` and `epmd`."""

    scripts: Path
    erlang: Path

    @property
    def server(self) -> Path:
        return self.scripts / _SERVER

    @property
    def control(self) -> Path:
        return self.scripts / "rabbitmqctl"

    @property
    def epmd(self) -> Path:
        return self.erlang / "epmd"

    @classmethod
    def below(cls, root: Path) -> Self | None:
        """Those of Debian's packages unpacked in `root`."""
        for server in root.glob(f"usr/lib/rabbitmq/lib/*/sbin/{_SERVER}"):
            return cls(server.parent, root / "usr/lib/erlang/bin")
        return None

    @classmethod
    def installed(cls, places: str = _PLACES) -> Self | None:
        server, erl = shutil.which(_SERVER, path=places), shutil.which("erl", path=places)
        scripts = _own(Path(server)) if server else None
        return cls(scripts, Path(erl).parent) if scripts and erl else None


def find_programs() -> Programs:
    """Raises CannotStart when there is no RabbitMQ."""
    found = Programs.installed() or Programs.below(UNPACKED)
    if found is None:
        raise CannotStart(f"RabbitMQ is not here: {WAY_OUT}.")
    return found


def _own(server: Path) -> Path | None:
    """The folder of RabbitMQ's own scripts, of which `rabbitmq-env` is always one.

    Packages put a script on the PATH that changes the user first; the way on from it is in `/usr/lib/rabbitmq/bin`.
    """
    for candidate in (server, server.resolve().with_name(_SERVER), Path("/usr/lib/rabbitmq/bin", _SERVER)):
        folder = candidate.resolve().parent
        if (folder / "rabbitmq-env").exists() and (folder / "rabbitmq-defaults").exists():
            return folder
    return None
