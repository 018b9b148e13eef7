"""Takes mail as any SMTP server does, and sends none on: each message is kept as a file, to be looked at."""

import asyncio
import logging
import os
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.errors import CannotStart
from deploy.local.ports import HOST, RememberedPorts

LARGEST: Final = 5_000_000  # bytes of one message
MOST: Final = 200  # messages; the oldest make room
_TAKEN: Final = "250 OK"
_NO_ROOM: Final = "452 Insufficient storage"
_log = logging.getLogger(__name__)
logging.getLogger("mail.log").setLevel(logging.WARNING)  # the library tells of every step of every session


class MailSink:
    """A part for the supervisor, in its own process. Without `port` a free one is picked and kept."""

    name = "Mail sink"

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        """Messages are kept in `directory`, readable by their owner only: `<time>-<number>.eml`."""
        self.port = port or 0
        self._directory = directory
        self._numbers = count(1)
        self._server: asyncio.Server | None = None
        self._sessions: set[_Session] = set()
        self._over = asyncio.Event()

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    async def start(self) -> None:
        """Raises CannotStart."""
        self._over.clear()
        self._prepare()
        try:
            self._server = await asyncio.get_running_loop().create_server(self._session, HOST, self.port)
        except OSError as error:
            raise CannotStart(
                f"The mail sink cannot listen on port {self.port} of {HOST} ({os.strerror(error.errno or 0).lower()}): "
                "stop what uses it, and start again."
            ) from error

    async def wait(self) -> int:
        await self._over.wait()
        return 0

    async def stop(self) -> None:
        self._over.set()
        if self._server is not None:
            self._server.close()
        for session in self._sessions:
            session.leave()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # the library calls it so.
        """What the sender is told once its message is here."""
        try:
            self._keep(bytes(envelope.original_content or b""))
        except OSError as error:
            _log.warning("a message was not kept: %s", error.strerror)
            return _NO_ROOM
        return _TAKEN

    def _prepare(self) -> None:
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.port = self.port or RememberedPorts(self._directory / "port.json").choose("smtp")["smtp"]
        except OSError as error:
            raise CannotStart(
                f"The mail sink cannot use {self._directory} ({error.strerror}): give it to this user, "
                "or set REGISTRY_DATA to another directory."
            ) from error

    def _session(self) -> SMTP:
        session = _Session(self, self._sessions)
        self._sessions.add(session)
        return session

    def _keep(self, message: bytes) -> None:
        """Whole or not at all. Names sort by age."""
        time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        name = f"{time}-{next(self._numbers):06}"
        draft = self._directory / f".{name}.draft"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(message)
            draft.rename(self._directory / f"{name}.eml")
        finally:
            draft.unlink(missing_ok=True)
        for old in sorted(self._directory.glob("*.eml"))[:-MOST]:
            old.unlink()


class _Session(SMTP):
    """One connection, that can be ended."""

    def __init__(self, sink: MailSink, all_sessions: set["_Session"]) -> None:
        # With a name of its own, because the library would ask the network for one.
        super().__init__(sink, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="localhost")
        self._all = all_sessions

    def connection_lost(self, error: Exception | None) -> None:
        self._all.discard(self)
        super().connection_lost(error)

    def leave(self) -> None:
        if self.transport is not None:
            self.transport.close()
