"""Which message has this id?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding
from services.notifications.persistence.messages import Messages
from services.notifications.persistence.rows import MessageRow

MessageById: TypeAlias = DataLoader[UUID, MessageRow | None]


def message_by_id(read: OpenRead, actor: Actor) -> MessageById:
    return finding(read, lambda session, ids: Messages(session, actor).by_ids(ids))
