"""All files of an incident as one archive, with a manifest of digests and the chain of custody of each.

It is made while it is sent. Each file in it is a download: decided anew and written down before its bytes go. Where the
incident is out of sight meanwhile, or the store falters, the archive breaks off, and nobody takes it for a whole one.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
import structlog

from chassis.access import Actor
from chassis.closing import closing
from chassis.database import Cause, Database
from chassis.errors import Refusal
from chassis.identifiers import to_json
from chassis.paging import Place
from chassis.projections import Projection
from services.files.adapters.archive import ArchiveStream
from services.files.adapters.disposition import file_name
from services.files.adapters.object_store import ObjectStore
from services.files.domain import bundles, files
from services.files.domain.files import FileState
from services.files.domain.owners import OwnerKind
from services.files.persistence.custody import Custodies
from services.files.persistence.files import Files
from services.files.persistence.rows import CustodyRow, FileRow, IncidentRef
from services.files.usecases.download_file import DownloadFile, note_download

_PAGE: Final = 200
_TEXT: Final = "text/plain"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Bundle:
    """`chunks` are made as they are taken."""

    name: str
    chunks: AsyncIterator[bytes]


@dataclass(slots=True)
class Bundling:
    """For whom it is made, by what, and what is in it by now."""

    actor: Actor
    cause: Cause
    database: Database
    incidents: Projection
    objects: ObjectStore
    names: bundles.Names = field(default_factory=bundles.Names)
    given: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)

    async def of(self, incident_id: UUID) -> Bundle:
        """Raises NotFound or Fault."""
        async with self.database.read(self.actor) as session:
            await Files(session, self.actor).incident(incident_id)
        incident, found = await self._contents(incident_id)
        return Bundle(f"{incident.reference}-files.zip", self._written(incident, found))

    async def _contents(self, incident_id: UUID) -> tuple[IncidentRef, list[FileRow]]:
        """As they are at this moment. Raises NotFound or Fault."""
        await self.incidents.refresh([incident_id])
        async with self.database.read(self.actor) as session:
            kept = Files(session, self.actor)
            incident = await kept.incident(incident_id)
            return incident, (await kept.of_owners(OwnerKind.INCIDENT, [incident_id])).get(incident_id, [])

    async def _written(self, incident: IncidentRef, found: list[FileRow]) -> AsyncIterator[bytes]:
        archive = ArchiveStream()
        for file in found:
            async with closing(self._file(file, archive)) as chunks:
                async for chunk in chunks:
                    yield chunk
        await self._contents(incident.id)  # who may see it no more is told nothing of its custody either
        for name, texts in self._papers(incident, found):
            async with closing(archive.add(name, texts, size=0, media_type=_TEXT, at=datetime.now(UTC))) as chunks:
                async for chunk in chunks:
                    yield chunk
        yield archive.end()
        _log.info("files.bundled", incident=str(incident.id), files=len(self.given), left_out=len(self.left_out))

    async def _file(self, file: FileRow, archive: ArchiveStream) -> AsyncIterator[bytes]:
        """Nothing for one that nobody gets, or that is gone since."""
        if file.state != FileState.AVAILABLE:
            self._leave_out(file, file.state)
            return
        await self._contents(file.owner_id)
        try:
            file = await note_download(
                DownloadFile(file_id=file.id),
                file.company_id,
                self.actor,
                self.cause,
                self.database,
                details={"by": "bundle"},
            )
        except Refusal:
            self._leave_out(file, "GONE")
            return
        path, read = self.names.path(file_name(file.name)), _Read(self.objects.read(files.key(file.id)))
        kind = file.detected_type or file.media_type
        entry = archive.add(path, read.chunks(), size=file.size, media_type=kind, at=file.uploaded_at)
        async with closing(entry) as chunks:
            async for chunk in chunks:
                yield chunk
        self.given.append(_described(file) | {"path": path, "intact": read.digest == file.sha256})

    def _leave_out(self, file: FileRow, why: str) -> None:
        self.left_out.append({"id": file.id, "name": file.name, "kind": file.kind, "why": why})

    def _papers(self, incident: IncidentRef, found: list[FileRow]) -> list[tuple[str, AsyncIterator[bytes]]]:
        digests = [(each["sha256"], each["path"]) for each in self.given]
        return [
            (bundles.MANIFEST, _once(_json(self._manifest(incident)))),
            (bundles.SUMS, _once(bundles.sums(digests).encode())),
            (bundles.EVIDENCE_JSON, self._evidence(found)),
            (bundles.EVIDENCE_CSV, self._evidence_table(found)),
        ]

    def _manifest(self, incident: IncidentRef) -> dict[str, Any]:
        return {
            "incident": {"id": incident.id, "reference": incident.reference},
            "made_at": datetime.now(UTC),
            "made_for": {"kind": self.actor.kind, "id": self.actor.id, "name": self.actor.name},
            "request_id": self.cause.request_id,
            "files": self.given,
            "left_out": self.left_out,
        }

    async def _evidence(self, found: list[FileRow]) -> AsyncIterator[bytes]:
        """A JSON array with an object for each thing that happened to a file."""
        between = b"[\n"
        async for file, entry in self._custody(found):
            yield between + _json(_told(file, entry))
            between = b",\n"
        yield b"\n]\n" if between == b",\n" else b"[]\n"

    async def _evidence_table(self, found: list[FileRow]) -> AsyncIterator[bytes]:
        yield bundles.table([bundles.COLUMNS]).encode()
        async for file, entry in self._custody(found):
            cells = _told(file, entry)
            yield bundles.table([[_cell(cells[name]) for name in bundles.COLUMNS]]).encode()

    async def _custody(self, found: list[FileRow]) -> AsyncIterator[tuple[FileRow, CustodyRow]]:
        """Page by page: a file may have been downloaded any number of times."""
        for file in found:
            place: Place | None = None
            while True:
                async with self.database.read(self.actor) as session:
                    rows = (await Custodies(session, self.actor).pages([file.id], _PAGE, place))[file.id]
                for row in rows[:_PAGE]:
                    yield file, row
                if len(rows) <= _PAGE:
                    break
                place = Place((rows[_PAGE - 1].number,))


class _Read:
    """Knows the digest of what was read."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self._sum = hashlib.sha256()

    async def chunks(self) -> AsyncIterator[bytes]:
        async with closing(self._chunks) as chunks:
            async for chunk in chunks:
                await asyncio.to_thread(self._sum.update, chunk)
                yield chunk

    @property
    def digest(self) -> str:
        return self._sum.hexdigest()


def _described(file: FileRow) -> dict[str, Any]:
    names = (
        "id", "name", "kind", "size", "sha256", "media_type", "detected_type", "tlp", "description", "uploaded_by_id",
        "uploaded_at", "replaced_at",
    )  # fmt: skip
    return {name: getattr(file, name) for name in names}


def _told(file: FileRow, entry: CustodyRow) -> dict[str, Any]:
    names = ("number", "at", "operation", "actor_kind", "actor_id", "request_id", "details")
    return {"file_id": file.id, "file_name": file.name} | {name: getattr(entry, name) for name in names}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return _json(value).decode() if isinstance(value, dict) else str(value)


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=to_json, option=orjson.OPT_INDENT_2)


async def _once(text: bytes) -> AsyncIterator[bytes]:
    yield text
