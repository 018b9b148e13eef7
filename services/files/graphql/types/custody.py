"""What happened to a file, as callers see it."""

from datetime import datetime
from enum import Enum
from typing import Self

import orjson
import strawberry

from chassis.access import ActorKind
from chassis.graphql.connection import Connection
from services.files.domain import custody
from services.files.graphql.types.others import User
from services.files.persistence.rows import CustodyRow


@strawberry.enum(description="What was done to a file.")
class FileCustodyOperation(Enum):
    UPLOADED = strawberry.enum_value(custody.Custody.UPLOADED.value, description="Its bytes arrived.")
    CHECKED = strawberry.enum_value(custody.Custody.CHECKED.value, description="It was looked at, and a state given.")
    DOWNLOADED = strawberry.enum_value(custody.Custody.DOWNLOADED.value, description="Somebody got a link to it.")
    EDITED = strawberry.enum_value(custody.Custody.EDITED.value, description="What is said of it was changed.")
    REPLACED = strawberry.enum_value(custody.Custody.REPLACED.value, description="It gave way to another main report.")
    DELETED = strawberry.enum_value(custody.Custody.DELETED.value, description="It was taken out of sight.")
    RESTORED = strawberry.enum_value(custody.Custody.RESTORED.value, description="It was brought back.")
    PURGED = strawberry.enum_value(custody.Custody.PURGED.value, description="Its bytes were destroyed.")


@strawberry.type(description="One line of the chain of custody of a file: who had it in hand, when, what for.")
class FileCustodyEntry:
    number: int = strawberry.field(description="Counts what happened to the file, from 1.")
    at: datetime = strawberry.field(description="When it happened.")
    operation: FileCustodyOperation = strawberry.field(description="What was done.")
    actor: User | None = strawberry.field(description="Who did it; null when the registry itself did.")
    request_id: str | None = strawberry.field(description="The request that did it, for operators.")
    details: str | None = strawberry.field(
        description="What is known of it, as JSON, such as the digest found; null when there is nothing."
    )

    @classmethod
    def from_row(cls, row: CustodyRow) -> Self:
        is_person = row.actor_kind != ActorKind.SYSTEM
        return cls(
            number=row.number,
            at=row.at,
            operation=FileCustodyOperation(row.operation),
            actor=User(id=strawberry.ID(str(row.actor_id))) if is_person else None,
            request_id=row.request_id,
            details=orjson.dumps(row.details).decode() if row.details else None,
        )


@strawberry.type(description="A page of what happened to a file, oldest first.")
class FileCustodyConnection(Connection[FileCustodyEntry]):
    pass
