"""What resolvers get: who asks, the database, and the loaders of this one request."""

from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from chassis.database import Database
from chassis.graphql.context import GraphRequest, RequestContext
from services.notifications.graphql.loaders.incident_messages import incident_messages
from services.notifications.graphql.loaders.message_by_id import message_by_id
from services.notifications.persistence.projections import Projections


class Context(RequestContext):
    def __init__(self, request: GraphRequest, database: Database, projections: Projections) -> None:
        self._projections = projections
        super().__init__(request, database)

    def load_anew(self) -> None:
        self.messages = message_by_id(self.read, self.actor)
        self.incident_messages = incident_messages(self.read, self.actor, self._projections.incidents)


Info: TypeAlias = StrawberryInfo[Context, None]
