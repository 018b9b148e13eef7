"""Exchanging the signing key of a deployable while everything runs; between the steps, processes are started anew.

    next   makes a key pair beside the one in use      then the services start anew: they trust both
    use    signs with it from the next start on        then the deployable starts anew: it signs with the new key
    drop   forgets the public half of the old one      then the services start anew: they trust the new one only

The files are those of secret_files.py: `<name>.next.pem` beside `<name>.pem`, then `<name>.old.pem` among the public
ones. Who reads keys takes `<name>.<anything>.pem` for the name's.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from deploy.local.errors import CannotStart
from deploy.local.private_files import write_private
from deploy.local.services import DEPLOYABLES
from deploy.local.signing_keys import ensure_signing_keys
from deploy.prepare.secret_files import KEYS, let_containers_read


def make_next(folder: Path, name: str) -> str:
    """Raises CannotStart when an exchange is under way, or there is nothing to exchange."""
    private, public = _files(folder, name)
    if not private.exists():
        raise CannotStart(f"there is no key of {name} in {folder}: its names are {', '.join(DEPLOYABLES)}")
    if _named(private, "next").exists() or _named(public, "old").exists():
        raise CannotStart(f"an exchange of {name} is under way: finish it with the steps use and drop")
    ensure_signing_keys(folder / KEYS, [f"{name}.next"])
    let_containers_read(folder)
    return f"there is a next key of {name}: start all services anew, then go on with the step use"


def use_next(folder: Path, name: str) -> str:
    """Raises CannotStart when there is no next key."""
    private, public = _files(folder, name)
    if not _named(private, "next").exists():
        raise CannotStart(f"there is no next key of {name}: begin with the step next")
    # In this order both public keys are there at every moment.
    write_private(_named(public, "old"), public.read_text())
    _named(private, "next").replace(private)
    _named(public, "next").replace(public)
    let_containers_read(folder)
    return f"{name} signs with the new key from its next start on: start it anew, then go on with the step drop"


def drop_old(folder: Path, name: str) -> str:
    """Raises CannotStart when there is no old key."""
    old = _named(_files(folder, name)[1], "old")
    if not old.exists():
        raise CannotStart(f"there is no old key of {name}: nothing to drop")
    old.unlink()
    return f"the old key of {name} is gone: start all services anew"


STEPS: Final[Mapping[str, Callable[[Path, str], str]]] = {"next": make_next, "use": use_next, "drop": drop_old}


def _files(folder: Path, name: str) -> tuple[Path, Path]:
    """Its private and its public key."""
    return folder / KEYS / f"{name}.pem", folder / KEYS / "public" / f"{name}.pem"


def _named(file: Path, age: str) -> Path:
    return file.with_suffix(f".{age}.pem")
