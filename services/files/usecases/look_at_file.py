"""Looking at a file without getting it: what it is, and a small picture that we have made of it ourselves.

Neither is a download, so nothing is written down.
"""

from uuid import UUID

from chassis.access import Actor
from chassis.database import Database
from chassis.errors import NotFound
from services.files.adapters.object_store import ObjectStore
from services.files.domain import files
from services.files.persistence.projections import Projections
from services.files.persistence.rows import FileRow
from services.files.usecases.handing_out import LINK_SECONDS, is_shown, require_available, shown

_PREVIEW = "The preview was"


async def describe_file(file_id: UUID, actor: Actor, database: Database, projections: Projections) -> FileRow:
    """A file that could be downloaded now. Raises NotFound, NotAvailable or Fault."""
    await is_shown(file_id, actor, database, projections)
    async with database.read(actor) as session:
        file = await shown(file_id, actor, session)
    require_available(file)
    return file


async def preview_file(
    file_id: UUID, actor: Actor, database: Database, projections: Projections, objects: ObjectStore
) -> str:
    """A link of the store's that is good for five seconds. Raises NotFound, NotAvailable or Fault."""
    file = await describe_file(file_id, actor, database, projections)
    if not file.has_preview:
        raise NotFound(_PREVIEW, field=("id",))
    return objects.download_link(
        files.preview_key(file.id),
        name=f"{file.id}.webp",
        media_type=files.PREVIEW_TYPE,
        seconds=LINK_SECONDS,
        inline=True,
    )
