"""The commands `up`, `stack`, `verify` and `logs`, with REGISTRY_PORT and REGISTRY_DATA from the environment."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import uvloop
from sqlalchemy.exc import SQLAlchemyError

from chassis.settings import SettingsError
from deploy.local.errors import CannotStart
from deploy.local.follow import follow
from deploy.local.graph import GraphError
from deploy.local.stack.command import stack
from deploy.local.up import up
from deploy.local.verify import verify

_WAY_OUT = "Put the directory back from a backup, or set REGISTRY_DATA to another one to start anew."
_NO_ROOM = "Make room on that disk, or set REGISTRY_DATA to a directory on another one."
_USAGE = "usage: python -m deploy.local up | stack | verify | logs\n"


_COMMANDS: Mapping[str, Callable[[Path], Coroutine[Any, Any, int]]] = {
    "up": lambda data: up(data, _port()),
    "stack": lambda data: stack(data, _port(), os.environ),
    "verify": verify,
    "logs": follow,
}
_OF_STACK = (["stack"], ["logs"])


def main(arguments: list[str]) -> int:
    """The exit code: 0 when all is well or it was stopped, 1 when `verify` found something, 2 when it cannot start."""
    usual = ".registry-stack" if arguments in _OF_STACK else ".registry"
    data = Path(os.environ.get("REGISTRY_DATA", usual)).expanduser().absolute()
    try:
        if len(arguments) == 1 and arguments[0] in _COMMANDS:
            return uvloop.run(_until_told(_COMMANDS[arguments[0]](data)))
    except (CannotStart, SettingsError, GraphError, OSError) as error:
        sys.stderr.write(f"\n{error}\n")
        return 2
    except (asyncpg.PostgresError, SQLAlchemyError) as error:
        sys.stderr.write(f"\nThe databases in {data} do not work: {str(error).splitlines()[0]}. {_way_out(error)}\n")
        return 2
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0
    sys.stderr.write(_USAGE)
    return 2


def _way_out(error: Exception) -> str:
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return _NO_ROOM if state == asyncpg.DiskFullError.sqlstate else _WAY_OUT


async def _until_told(work: Coroutine[Any, Any, int]) -> int:
    """SIGTERM ends `work` as a Ctrl-C does: what it started is stopped in order. A server has its own way meanwhile."""
    task, loop = asyncio.ensure_future(work), asyncio.get_running_loop()
    signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(task.cancel))
    return await task


def _port() -> int:
    given = os.environ.get("REGISTRY_PORT", "8000")
    if not given.isdecimal() or not 0 < int(given) < 1 << 16:
        raise CannotStart(f"REGISTRY_PORT={given} is no port: choose a number from 1 to 65535.")
    return int(given)
