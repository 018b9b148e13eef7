"""Which files of these incidents were deleted and can be brought back?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding
from services.files.persistence.files import Files
from services.files.persistence.rows import FileRow

DeletedFiles: TypeAlias = DataLoader[UUID, list[FileRow] | None]


def deleted_files(read: OpenRead, actor: Actor) -> DeletedFiles:
    return finding(read, lambda session, ids: Files(session, actor).deleted_of_incidents(ids))
