"""Which files do these incidents, companies or pages of the guide have?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding_through
from chassis.projections import Projection
from services.files.domain.owners import OwnerKind
from services.files.persistence.files import Files
from services.files.persistence.rows import FileRow

OwnerFiles: TypeAlias = DataLoader[UUID, list[FileRow] | None]


def owner_files(kind: OwnerKind, read: OpenRead, actor: Actor, owners: Projection) -> OwnerFiles:
    """None for an owner that the actor does not see or that is nowhere; one made a moment ago is asked for."""
    return finding_through(owners, read, lambda session, ids: Files(session, actor).of_owners(kind, ids))
