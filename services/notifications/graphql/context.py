"""What resolvers get: who asks, the database, and the loaders of this one request."""

from contextlib import AbstractAsyncContextManager
from typing import TypeAlias

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from chassis.access import Actor
from chassis.database import Database, ReadSession
from services.notifications.graphql.loaders.incident_messages import IncidentMessages, incident_messages
from services.notifications.graphql.loaders.message_by_id import MessageById, message_by_id
from services.notifications.persistence.projections import Projections


class Context:
    def __init__(self, actor: Actor, request_id: str, database: Database, projections: Projections) -> None:
        self.actor = actor
        self._request_id = request_id
        self._database = database
        self.messages: MessageById = DataLoader(message_by_id(self.read, actor))
        self.incident_messages: IncidentMessages = DataLoader(
            incident_messages(self.read, actor, projections.incidents)
        )

    def read(self) -> AbstractAsyncContextManager[ReadSession]:
        return self._database.read(self.actor)


Info: TypeAlias = StrawberryInfo[Context, None]
