"""Putting RabbitMQ on a Debian machine: installed by root, unpacked by anybody else."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.errors import CannotStart
from deploy.local.rabbitmq.programs import UNPACKED, WAY_OUT, Programs

_PACKAGE = "rabbitmq-server"
_POLICY = Path("/usr/sbin/policy-rc.d")
_QUIET = {"DEBIAN_FRONTEND": "noninteractive"}
_WRITTEN_PLACE = "ROOTDIR=/usr/lib/erlang"


def ensure(say: Callable[[str], None]) -> Programs:
    """Finds RabbitMQ, or gets it first. Raises CannotStart with the way out."""
    found = Programs.installed() or Programs.below(UNPACKED)
    if found is not None:
        return found
    if shutil.which("apt-get") is None:
        raise CannotStart(f"RabbitMQ is not here, and this system has no apt-get to get it with: {WAY_OUT}.")
    if os.geteuid() == 0:
        say("installing RabbitMQ")
        return _install()
    say(f"unpacking RabbitMQ into {UNPACKED}")
    return unpack(UNPACKED)


def _install() -> Programs:
    """The machine's own server of it is neither started nor enabled: ours are child processes."""
    forbids = not _POLICY.exists()
    if forbids:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
    try:
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-qq", "--yes", "--no-install-recommends", _PACKAGE)
    finally:
        if forbids:
            _POLICY.unlink()
    if Path("/run/systemd/system").exists():
        _run("systemctl", "disable", "--quiet", _PACKAGE)
    return _usable(Programs.installed())


def unpack(folder: Path) -> Programs:
    """RabbitMQ and its Erlang from their packages, without being root and without telling the package manager.

    Made as a draft that is renamed when it is whole. Raises CannotStart.
    """
    _make_room(folder)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".rabbitmq-") as draft:
        state, root = Path(draft, "apt"), Path(draft, "root")
        apt = _private_apt(state)
        _run("apt-get", *apt, "update", "-qq")
        downloads = state / "cache" / "archives"
        _run("apt-get", *apt, "download", "-qq", _PACKAGE, *_erlang(apt), directory=downloads)
        for package in sorted(downloads.glob("*.deb")):
            _run("dpkg-deb", "--extract", str(package), str(root))
        _tell_place(root / "usr/lib/erlang/bin/erl", folder)
        shutil.rmtree(folder, ignore_errors=True)
        root.rename(folder)
    return _usable(Programs.below(folder))


def _make_room(folder: Path) -> None:
    if " " in str(folder):
        raise CannotStart(f"RabbitMQ does not run in {folder}, for the space in it: set XDG_CACHE_HOME, or {WAY_OUT}.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"RabbitMQ cannot be put into {folder} ({error.strerror}): {WAY_OUT}.") from error


def _private_apt(state: Path) -> list[str]:
    """Options by which apt keeps everything in `state`, and takes only the sources from the machine."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True)
    (state / "status").touch()
    places = {"State": "", "State::lists": "lists", "State::status": "status", "Cache": "cache"}
    settings = [f"Dir::{name}={state / place}" for name, place in places.items()]
    return [word for each in (*settings, "Debug::NoLocking=1", "APT::Sandbox::User=") for word in ("-o", each)]


def _erlang(apt: Sequence[str]) -> list[str]:
    """The Erlang packages that it needs; what else it depends on every Debian system has."""
    told = _run(
        *("apt-cache", *apt, "depends", "--recurse", "--important", "--no-suggests", "--no-recommends"),
        *("--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances", _PACKAGE),
    )
    return sorted({line for line in told.splitlines() if line.startswith("erlang-")})


def _tell_place(erl: Path, folder: Path) -> None:
    """Erlang's start script has its place written into it."""
    erl.write_text(erl.read_text().replace(_WRITTEN_PLACE, f"ROOTDIR={shlex.quote(f'{folder}/usr/lib/erlang')}"))


def _usable(found: Programs | None) -> Programs:
    if found is None:
        raise CannotStart(f"The package {_PACKAGE} holds no RabbitMQ that we know: {WAY_OUT}.")
    _run(str(found.erlang / "erl"), "-noshell", "-eval", "halt().")
    return found


def _run(*words: str, directory: Path | None = None) -> str:
    """Its output. Raises CannotStart with its complaint."""
    try:
        ended = subprocess.run(  # noqa: S603 - our own words and the system's tools.
            words, cwd=directory, env={**os.environ, **_QUIET}, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise CannotStart(f"RabbitMQ cannot be got: {words[0]}: {error.strerror}; {WAY_OUT}.") from error
    if ended.returncode:
        complaint = " / ".join((ended.stderr or ended.stdout).strip().splitlines()[-3:])
        raise CannotStart(f"RabbitMQ cannot be got: {' '.join(words[:1])} says: {complaint}; {WAY_OUT}.")
    return ended.stdout
