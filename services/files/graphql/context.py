"""What resolvers get: who asks, the database, the object store, and the loaders of this one request."""

from dataclasses import dataclass
from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from chassis.database import Database
from chassis.graphql.context import GraphRequest, Made, RequestContext
from services.files.adapters.object_store import ObjectStore
from services.files.graphql.loaders.custody import custody
from services.files.graphql.loaders.deleted_files import deleted_files
from services.files.graphql.loaders.file_by_id import file_by_id
from services.files.graphql.loaders.incident_attachments import incident_attachments
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
    attachments = Made(lambda context: incident_attachments(context.read, context.actor, context.projections.incidents))
    deleted_files = Made(lambda context: deleted_files(context.read, context.actor))
    custody = Made(lambda context: custody(context.read, context.actor))

    def __init__(self, request: GraphRequest, around: Surroundings) -> None:
        self.projections = around.projections
        self.objects = around.objects
        self.limits = around.limits
        self.retention_days = around.retention_days
        super().__init__(request, around.database)


Info: TypeAlias = StrawberryInfo[Context, None]
