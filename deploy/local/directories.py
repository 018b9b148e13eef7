"""The data directory: everything the local system keeps, readable by its owner only, used by one run at a time."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.errors import CannotStart

_ANOTHER = "or set REGISTRY_DATA to another directory"


@contextmanager
def data_directory(path: Path) -> Iterator[Path]:
    """Make `path` if it is missing and hold it until the end of the block.

    Raises CannotStart when it cannot be written or another run holds it.
    """
    directory = path.expanduser().absolute()
    lock = _open_lock(directory)
    try:
        _take(lock, directory)
        yield directory
    finally:
        os.close(lock)


def own_log(directory: Path, name: str, *, foreign: str) -> Path:
    """The log file `name` of a system that is not of the kind whose log is `foreign`. Raises CannotStart.

    Events on their way are only where their own kind of broker finds them.
    """
    if (directory / foreign).exists():
        raise CannotStart(f"{directory} is of another kind of system, as {foreign} there says: {_ANOTHER[3:]}.")
    return directory / name


def _open_lock(directory: Path) -> int:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except (FileExistsError, NotADirectoryError):
        raise CannotStart(f"The data directory {directory} is not a directory: move it, {_ANOTHER}.") from None
    except OSError as error:
        reason = os.strerror(error.errno or errno.EIO).lower()
        raise CannotStart(
            f"Cannot write to the data directory {directory} ({reason}): give it to this user, {_ANOTHER}."
        ) from error


def _take(lock: int, directory: Path) -> None:
    """Lock it, and leave our number for whoever comes second. The system drops the lock when we end, however we end."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode().strip() or "unknown"
        raise CannotStart(
            f"Another registry already runs on {directory} (process {holder}): stop it, {_ANOTHER}."
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
