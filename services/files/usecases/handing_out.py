"""Whether somebody gets the bytes of a file, decided anew each time, by the rights of that moment.

What this service knows of the owners of files follows events. Before any bytes leave, the service that has the owner is
asked how it is now: an incident deleted, restricted, confided to whom, a page of the guide hidden. A broker that stands
still keeps nobody's files open.
"""

from typing import ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.database import Database
from chassis.errors import Conflict, NotFound
from services.files.domain.files import FileState
from services.files.domain.owners import OwnerKind
from services.files.persistence.files import FILE, Files
from services.files.persistence.projections import Projections
from services.files.persistence.rows import FileRow

LINK_SECONDS = 5
_WHY = {
    FileState.CHECKING: "It is being checked: ask again in a moment.",
    FileState.QUARANTINED: "It could not be checked yet, so nobody gets it: ask again later.",
    FileState.REFUSED: "It was refused by the check, so nobody gets it; `findings` tell why.",
}


class NotAvailable(Conflict):
    """The file is there for the caller, and nobody gets its bytes in this `state`."""

    told: ClassVar = ("state",)

    def __init__(self, state: str) -> None:
        super().__init__(_WHY[FileState(state)], field=("id",))
        self.state = state


async def is_shown(file_id: UUID, actor: Actor, database: Database, projections: Projections) -> FileRow:
    """The file, of an owner that is known as it is at this moment. Raises NotFound, or Fault.

    What is hidden takes the same steps as what never was.
    """
    async with database.read(actor) as session:
        file = await shown(file_id, actor, session)
    await projections.of_kind[OwnerKind(file.owner_kind)].refresh([file.owner_id])
    return file


async def shown(file_id: UUID, actor: Actor, session: AsyncSession) -> FileRow:
    """Raises NotFound."""
    found = (await Files(session, actor).by_ids([file_id])).get(file_id)
    if found is None:
        raise NotFound(FILE, field=("id",))
    return found


def require_available(file: FileRow) -> None:
    """Raises NotAvailable."""
    if file.state != FileState.AVAILABLE:
        raise NotAvailable(file.state)
