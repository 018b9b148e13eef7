"""What resolvers get: who asks, the database, and the loaders of this one request."""

from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from chassis.database import Database
from chassis.graphql.context import GraphRequest, RequestContext
from services.files.graphql.loaders.file_by_id import file_by_id
from services.files.graphql.loaders.incident_attachments import incident_attachments
from services.files.persistence.projections import Projections


class Context(RequestContext):
    def __init__(self, request: GraphRequest, database: Database, projections: Projections) -> None:
        self._projections = projections
        super().__init__(request, database)

    def load_anew(self) -> None:
        self.files = file_by_id(self.read, self.actor)
        self.attachments = incident_attachments(self.read, self.actor, self._projections.incidents)


Info: TypeAlias = StrawberryInfo[Context, None]
