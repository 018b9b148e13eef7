"""Which file has this id?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding
from services.files.persistence.files import Files
from services.files.persistence.rows import FileRow

FileById: TypeAlias = DataLoader[UUID, FileRow | None]


def file_by_id(read: OpenRead, actor: Actor) -> FileById:
    return finding(read, lambda session, ids: Files(session, actor).by_ids(ids))
