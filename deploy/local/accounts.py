"""Whom a server runs as: a database server refuses to be root, so root gives it to a lesser user."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.local.errors import CannotStart


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine, by number, with the main group."""

    uid: int
    gid: int

    @classmethod
    def lesser(cls, directory: Path) -> Self | None:
        """Who shall own and run a server on `directory`: nobody else (None) unless we are root.

        Root keeps the owner of a directory that an ordinary user made earlier, else takes `nobody`.
        """
        if os.geteuid() != 0:
            _require_name(os.geteuid())
            return None
        owner = directory.stat().st_uid if directory.exists() else 0
        entry = _require_name(owner) if owner else pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid)

    def give(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether others than the owner may walk from the root down to `path`."""
        return all(self._passes(step) for step in (*path.resolve().parents, path))

    def _passes(self, step: Path) -> bool:
        found = step.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        return bool(found.st_mode & stat.S_IXOTH)


def _require_name(uid: int) -> pwd.struct_passwd:
    """PostgreSQL looks its user up by number and gives up with a puzzling message when there is no name."""
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise CannotStart(
            f"PostgreSQL cannot run as user id {uid}, which has no name on this machine: add it to /etc/passwd."
        ) from None
