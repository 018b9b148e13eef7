"""The processes of the stack: what each runs, with which settings, and how it shows that it is ready."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.choices import SETTINGS
from deploy.local.environment import Surroundings, chosen, surrounded
from deploy.local.ports import HOST
from deploy.local.processes import ChildProcess, Program
from deploy.local.stack.scale import WORKERS

_ROOT: Final = Path(__file__).parents[3]
_STOP_WITHIN: Final = 20


@dataclass(frozen=True, slots=True)
class Deployable:
    """`name` is as in scale.py: a service, the work of a service, or the gateway."""

    name: str

    @property
    def part(self) -> str:
        """The folder of its code, and the prefix of its settings."""
        return self.name.removesuffix("-work")

    @property
    def words(self) -> list[str]:
        module = self.part if self.part == "gateway" else f"services.{self.part}"
        return [sys.executable, "-m", module, "work" if self.name in WORKERS else "serve"]

    def environment(self, surroundings: Surroundings, port: int, peers: str) -> dict[str, str]:
        """All that one process of it sees. `peers` is the JSON object of PEERS."""
        of_it = surroundings.of_gateway() if self.part == "gateway" else surroundings.of_service(self.part)
        own = {"HOST": HOST, "PORT": str(port), "PEERS": peers}
        prefix = self.part.upper()
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONUNBUFFERED": "1",
            **surrounded(
                surroundings.completed(self.part, chosen(prefix, SETTINGS[prefix])),
                {**of_it, **{f"{prefix}_{name}": value for name, value in own.items()}},
            ),
        }

    def process(self, name: str, directory: Path, environment: Mapping[str, str]) -> ChildProcess:
        """One process of it, called `name`; its log and its number are kept in `directory`."""
        port = int(environment[f"{self.part.upper()}_PORT"])
        return ChildProcess(
            Program(
                name=name,
                words=self.words,
                directory=_ROOT,
                log=directory / f"{name}.log",
                environment=environment,
                record=directory / f"{name}.json",
                ready=lambda: is_ready(port),
                port=port,
                stop_within=_STOP_WITHIN,
            )
        )


async def is_ready(port: int) -> bool:
    """Whether what listens there says that it can do its work."""
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    try:
        writer.write(f"GET /readyz HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n\r\n".encode())
        return (await reader.readline()).split()[1:2] == [b"200"]
    except OSError:
        return False
    finally:
        writer.close()
