"""Changing a file that is there: it is taken with its incident, and whoever has seen an older one is told."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import StaleVersion
from services.files.domain import permissions
from services.files.persistence.files import FILE, Files
from services.files.persistence.rows import FileRow, IncidentRef


class StaleFile(StaleVersion):
    """`current` is how the file is now, readable also after the transaction."""

    def __init__(self, expected: int, current: FileRow) -> None:
        super().__init__(expected, current.version)
        self.current = current


Right: TypeAlias = Callable[[FileRow], str]


async def take(
    file_id: UUID, work: UnitOfWork, *, right: str | Right, deleted: bool = False
) -> tuple[FileRow, IncidentRef]:
    """Raises NotFound, or Denied without the `right` in its company, which may depend on the file.

    It is looked at before it is held: to hold it takes a right to change it.
    """
    files = Files(work.session, work.actor)
    seen, _ = await files.find(file_id, deleted=deleted)
    needed = right if isinstance(right, str) else right(seen)
    work.actor.require(needed, seen.company_id, what=FILE, seen_with=permissions.VIEW, field=("id",))
    return await files.find(file_id, deleted=deleted, lock=True)


def expect(version: int | None, file: FileRow, work: UnitOfWork) -> None:
    """Raises StaleFile unless `version` is the present one, or none is expected."""
    if version is not None and version != file.version:
        work.session.expunge(file)  # a rollback empties what is still in the session
        raise StaleFile(version, file)
