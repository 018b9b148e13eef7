"""Handing out the bytes of a file: written down and told first, in the name of who gets them, and only then a link.

Who downloads may have no right to change anything; the service writes it down itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import select

from chassis.access import Actor
from chassis.database import Cause, Database, UnitOfWork
from services.files.adapters.object_store import ObjectStore
from services.files.domain import files, permissions
from services.files.domain.custody import Custody
from services.files.domain.events import FileDownloaded
from services.files.domain.owners import OwnerKind, registry
from services.files.persistence.files import Files
from services.files.persistence.projections import Projections
from services.files.persistence.rows import CustodyRow, FileRow
from services.files.usecases.handing_out import LINK_SECONDS, is_shown, require_available
from services.files.usecases.telling import tell

SAME_DOWNLOAD: Final = timedelta(hours=1)  # for so long a browser goes on with what it began
_REGISTRY: Final = "downloads"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadFile:
    """`goes_on` is for who asks for a range: more of a file that they got lately is not noted again."""

    file_id: UUID
    goes_on: bool = False


async def download_file(
    command: DownloadFile,
    actor: Actor,
    cause: Cause,
    database: Database,
    projections: Projections,
    objects: ObjectStore,
) -> str:
    """A link of the store's that is good for five seconds. Raises NotFound, NotAvailable or Fault.

    What cannot be written down is not given.
    """
    shown = await is_shown(command.file_id, actor, database, projections)
    file = await note_download(command, shown.company_id, actor, cause, database)
    return objects.download_link(files.key(file.id), name=file.name, media_type=file.media_type, seconds=LINK_SECONDS)


async def note_download(
    command: DownloadFile,
    company: UUID | None,
    actor: Actor,
    cause: Cause,
    database: Database,
    details: dict[str, Any] | None = None,
) -> FileRow:
    """Looked at through the eyes of who asks, written by the hands of the registry. Raises NotFound or NotAvailable."""
    async with database.work(registry(_REGISTRY, company), cause) as work:
        file, restricted = await Files(work.session, actor).find(command.file_id, lock=True)
        require_available(file)
        if not (command.goes_on and await _has_begun(file, actor, work)):
            tell(
                file, Custody.DOWNLOADED, FileDownloaded, work,
                right=_right(file), restricted=restricted, by=actor, details=details,
            )  # fmt: skip
    _log.info("file.downloaded", file=str(file.id))
    return file


def _right(file: FileRow) -> str | None:
    """By which an incident's are had; what else there is may be had by several."""
    return permissions.VIEW if file.owner_kind == OwnerKind.INCIDENT else None


async def _has_begun(file: FileRow, actor: Actor, work: UnitOfWork) -> bool:
    lately = (
        select(CustodyRow.number)
        .where(
            CustodyRow.file_id == file.id,
            CustodyRow.operation == Custody.DOWNLOADED.value,
            CustodyRow.actor_id == actor.id,
            CustodyRow.at > datetime.now(UTC) - SAME_DOWNLOAD,
        )
        .limit(1)
    )
    return await work.session.scalar(lately) is not None
