"""The files of a PostgreSQL server: made once by initdb, owned by whoever runs the server."""

import secrets
import shutil
import sys
from pathlib import Path

from deploy.local.accounts import Account
from deploy.local.errors import CannotStart
from deploy.local.postgres_binaries import find_binaries, major_version
from deploy.local.private_files import write_private
from deploy.local.processes import Command, run

SUPERUSER = "registry"
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


class Cluster:
    """`directory/data` and the superuser's password beside it.

    A lesser user (see Account) need not reach it from the root of the file system: its programs are started
    *in* the data directory and name it by the link that Linux keeps for that, `/proc/self/cwd`.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.data = directory / "data"
        self.log = directory / "log"
        self.account: Account | None = None
        self._password_file = directory / "password"

    def password(self) -> str:
        return self._password_file.read_text()

    async def prepare(self) -> None:
        """Make the cluster if there is none. Raises CannotStart when that fails or another version made it."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.account = Account.lesser(self.data)
            if self.data.exists():
                self._check()
            else:
                await self._make()
        except OSError as error:
            raise CannotStart(
                f"PostgreSQL cannot use {self.directory} ({error.strerror}): give it to this user, "
                "or set REGISTRY_DATA to another directory."
            ) from error

    def command(self, program: str, *, directory: Path | None = None) -> list[str]:
        """The words that run `program` on the cluster, to be started in its data directory."""
        linked = self.account is not None and sys.platform == "linux"
        return [
            str(find_binaries(self.account) / program),
            *("-D", "/proc/self/cwd" if linked else str(directory or self.data)),
        ]

    def _check(self) -> None:
        version = self.data / "PG_VERSION"
        made_by = version.read_text().strip() if version.exists() else ""
        if not made_by:
            raise CannotStart(
                f"{self.data} is damaged, it has no PG_VERSION: put it back from a backup, "
                "or move the data directory away."
            )
        if made_by != major_version():
            raise CannotStart(
                f"{self.data} was made by PostgreSQL {made_by}, and this is {major_version()}: "
                "run the release that made it, or move the data directory away."
            )
        if not self._password_file.exists():
            raise CannotStart(f"The superuser's password is missing: put {self._password_file} back.")

    async def _make(self) -> None:
        """As a draft that is renamed when it is whole, because a start can be interrupted at any time."""
        draft = self.directory / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        write_private(self._password_file, secrets.token_urlsafe(32))
        for path in (self.directory, draft, self._password_file):
            if self.account:
                self.account.give(path)
        await run(
            Command(
                name="initdb",
                words=[*self.command("initdb", directory=draft), *_OPTIONS],
                directory=draft,
                log=self.log,
                environment=ENVIRONMENT,
                account=self.account,
            )
        )
        draft.rename(self.data)


_OPTIONS = (
    *("--username", SUPERUSER, "--pwfile", "../password", "--auth", "scram-sha-256"),
    *("--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8", "--data-checksums"),
)
