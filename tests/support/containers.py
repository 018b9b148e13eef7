"""Containers of deploy/compose.yaml run as mere processes: their image's files, their variables, and nothing else.

What an image does not have, its process does not find: it runs on a copy of the files that the Dockerfile puts in, on
links to the pinned packages, and without what else is installed here.
"""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local.ports import HOST, pick
from deploy.local.stack.deployables import is_ready
from tests.support.compose import COMPOSE, on_this_machine, read_compose
from tests.support.images import lay_out, lay_out_packages, read_images

_PORT = 8000


class Containers:
    """Below `root`, with this folder of secrets. `elsewhere` has what to read for addresses of the compose file."""

    def __init__(self, root: Path, secrets: Path, elsewhere: Mapping[str, str]) -> None:
        self.whole = read_compose({"REGISTRY_SECRETS": str(secrets)})
        self.root = root
        self.ports: dict[str, int] = {}
        self.running: dict[str, Process] = {}
        self._images = read_images()
        self._packages = lay_out_packages(root)
        targets = [name for name, image in self._images.items() if "ENTRYPOINT" in image.settings]
        self._folders = lay_out(self._images, targets, root)
        self._elsewhere = dict(elsewhere)

    def place(self, *names: str) -> None:
        """A port for each of these, where the others find it."""
        for name in names:
            self.ports[name] = pick(self.ports.values())
            self._elsewhere[f"http://{name}:{_PORT}"] = self.address(name)

    def address(self, name: str) -> str:
        return f"http://{HOST}:{self.ports[name]}"

    def log(self, name: str) -> str:
        return (self.root / f"{name}.log").read_text()

    async def run(self, name: str, *more: str) -> None:
        """To its end, which has to be a good one. `more` words follow those of the compose file."""
        code = await (await self._start(name, *more)).wait()
        assert code == 0, f"{name} ended with {code}: {self.log(name)}"

    async def start(self, name: str) -> None:
        """Until it says that it is ready."""
        process = self.running[name] = await self._start(name)
        while not await is_ready(self.ports[name]):
            assert process.returncode is None, f"{name} ended with {process.returncode}: {self.log(name)}"
            await asyncio.sleep(0.2)

    async def stop(self) -> dict[str, int]:
        """As an engine does; how each ended."""
        for process in self.running.values():
            if process.returncode is None:
                process.terminate()
        return {name: await process.wait() for name, process in self.running.items()}

    def files(self) -> set[Path]:
        """All that is in the images by now."""
        return {file for folder in self._folders.values() for file in folder.rglob("*")}

    async def _start(self, name: str, *more: str) -> Process:
        container = self.whole["services"][name]
        image = self._images[container["build"]["target"]]
        words = [*image.words("ENTRYPOINT")[1:], *(container.get("command") or image.words("CMD")), *more]
        with (self.root / f"{name}.log").open("w") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-S", *(self._mounted(container, word) for word in words)),
                cwd=self._folders[container["build"]["target"]],
                env=self._environment(name, container),
                stdout=log,
                stderr=log,
            )

    def _environment(self, name: str, container: Mapping[str, Any]) -> dict[str, str]:
        part = container["build"]["target"]
        image = {key: value for key, value in self._images[part].environment.items() if key != "PATH"}
        found = {**image, **on_this_machine(self.whole, container)}
        for before, after in self._elsewhere.items():
            found = {key: value.replace(before, after) for key, value in found.items()}
        return {**found, **self._listens(name, part), "PYTHONPATH": str(self._packages)}

    def _listens(self, name: str, part: str) -> dict[str, str]:
        """All processes are on one machine here, so each has its own port."""
        if name not in self.ports:
            return {}
        metrics = {"GATEWAY_METRICS_HOST": HOST, "GATEWAY_METRICS_PORT": str(pick(self.ports.values()))}
        own = {f"{part.upper()}_HOST": HOST, f"{part.upper()}_PORT": str(self.ports[name])}
        return {**own, **(metrics if part == "gateway" else {})}

    def _mounted(self, container: Mapping[str, Any], word: str) -> str:
        """A word that names a folder of the container names the one that is mounted there."""
        mounted = {each["target"]: each["source"] for each in container.get("volumes", ())}
        return str(Path(COMPOSE.parent, mounted[word])) if word in mounted else word
