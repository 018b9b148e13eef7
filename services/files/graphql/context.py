"""What resolvers get: who asks, the database, the object store, and the loaders of this one request."""

from dataclasses import dataclass
from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from chassis.database import Database
from chassis.graphql.context import GraphRequest, RequestContext
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
    def __init__(self, request: GraphRequest, around: Surroundings) -> None:
        self.projections = around.projections
        self.objects = around.objects
        self.limits = around.limits
        self.retention_days = around.retention_days
        super().__init__(request, around.database)

    def load_anew(self) -> None:
        self.files = file_by_id(self.read, self.actor)
        self.attachments = incident_attachments(self.read, self.actor, self.projections.incidents)
        self.deleted_files = deleted_files(self.read, self.actor)
        self.custody = custody(self.read, self.actor)


Info: TypeAlias = StrawberryInfo[Context, None]
