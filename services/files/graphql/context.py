"""What resolvers get: who asks, the database, the object store, and the loaders of this one request."""

from dataclasses import dataclass
from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from chassis.database import Database
from chassis.graphql.context import GraphRequest, Made, RequestContext
from chassis.graphql.loading import Loaders
from services.files.adapters.object_store import ObjectStore
from services.files.domain.owners import OwnerKind
from services.files.graphql.loaders.custody import custody
from services.files.graphql.loaders.deleted_files import DeletedFiles, deleted_files
from services.files.graphql.loaders.file_by_id import file_by_id
from services.files.graphql.loaders.owner_files import OwnerFiles, owner_files
from services.files.persistence.projections import Projections
from services.files.usecases.request_uploads import Limits


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all requests share. `retention_days` holds where a company has said nothing else."""

    database: Database
    projections: Projections
    objects: ObjectStore
    limits: Limits
    retention_days: int


class Context(RequestContext):
    files = Made(lambda context: file_by_id(context.read, context.actor))
    files_of: Made[Loaders[OwnerKind, OwnerFiles]] = Made(lambda context: Loaders(context.owner_files))
    deleted_files_of: Made[Loaders[OwnerKind, DeletedFiles]] = Made(lambda context: Loaders(context.deleted_files))
    custody = Made(lambda context: custody(context.read, context.actor))

    def __init__(self, request: GraphRequest, around: Surroundings) -> None:
        self.projections = around.projections
        self.objects = around.objects
        self.limits = around.limits
        self.retention_days = around.retention_days
        super().__init__(request, around.database)

    def owner_files(self, kind: OwnerKind) -> OwnerFiles:
        return owner_files(kind, self.read, self.actor, self.projections.of_kind[kind])

    def deleted_files(self, kind: OwnerKind) -> DeletedFiles:
        return deleted_files(kind, self.read, self.actor)


Info: TypeAlias = StrawberryInfo[Context, None]
