"""`python -m deploy.local up | verify`, with REGISTRY_PORT and REGISTRY_DATA."""

import os
import sys
from pathlib import Path

import uvloop

from chassis.settings import SettingsError
from deploy.local.errors import CannotStart
from deploy.local.graph import GraphError
from deploy.local.up import up
from deploy.local.verify import verify

_USAGE = "usage: python -m deploy.local up | verify\n"


def main(arguments: list[str]) -> int:
    """The exit code: 0 when all is well, 1 when `verify` found something, 2 when it cannot start."""
    data = Path(os.environ.get("REGISTRY_DATA", ".registry")).expanduser().absolute()
    try:
        if arguments == ["up"]:
            uvloop.run(up(data, _port()))
            return 0
        if arguments == ["verify"]:
            return uvloop.run(verify(data))
    except (CannotStart, SettingsError, GraphError) as error:
        sys.stderr.write(f"\n{error}\n")
        return 2
    except KeyboardInterrupt:
        return 0
    sys.stderr.write(_USAGE)
    return 2


def _port() -> int:
    given = os.environ.get("REGISTRY_PORT", "8000")
    if not given.isdecimal() or not 0 < int(given) < 1 << 16:
        raise CannotStart(f"REGISTRY_PORT={given} is no port: choose a number from 1 to 65535.")
    return int(given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
