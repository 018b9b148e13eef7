"""Which user has this id, and how much of it may be told?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding
from services.access.persistence.users import SeenUser, Users

UserById: TypeAlias = DataLoader[UUID, SeenUser | None]


def user_by_id(read: OpenRead, actor: Actor) -> UserById:
    return finding(read, lambda session, ids: Users(session, actor).by_ids(ids))
