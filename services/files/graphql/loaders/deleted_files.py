"""Which files of these owners were deleted and can be brought back?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding
from services.files.domain.owners import OwnerKind
from services.files.persistence.files import Files
from services.files.persistence.rows import FileRow

DeletedFiles: TypeAlias = DataLoader[UUID, list[FileRow] | None]


def deleted_files(kind: OwnerKind, read: OpenRead, actor: Actor) -> DeletedFiles:
    return finding(read, lambda session, ids: Files(session, actor).deleted_of_owners(kind, ids))
