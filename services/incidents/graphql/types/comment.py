"""A comment as callers see it."""

from datetime import datetime
from enum import Enum
from typing import Self

import strawberry

from services.incidents.graphql.types.others import User
from services.incidents.persistence.part_rows import CommentRow


@strawberry.enum(name="CommentAudience", description="Whom a comment is written for.")
class CommentAudienceType(Enum):
    INTERNAL = strawberry.enum_value("INTERNAL", description="Those who work the incident.")
    EXTERNAL = strawberry.enum_value("EXTERNAL", description="Also those outside who are told of the incident.")


@strawberry.type(description="What somebody said about an incident.")
class IncidentComment:
    id: strawberry.ID = strawberry.field(description="Its id.")
    reply_to_id: strawberry.ID | None = strawberry.field(description="The comment that it answers.")
    author: User | None = strawberry.field(description="Who said it.")
    body: str | None = strawberry.field(description="What was said, Markdown; null when it was taken back.")
    audience: CommentAudienceType = strawberry.field(description="Whom it is written for.")
    mentions: list[User] | None = strawberry.field(description="Who is mentioned in it, in the order given.")
    created_at: datetime = strawberry.field(description="When it was said.")
    edited_at: datetime | None = strawberry.field(description="When it was last edited.")
    deleted_at: datetime | None = strawberry.field(description="When it was taken back.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")

    @classmethod
    def from_row(cls, row: CommentRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            reply_to_id=None if row.reply_to_id is None else strawberry.ID(str(row.reply_to_id)),
            author=User(id=strawberry.ID(str(row.created_by_id))),
            body=row.body,
            audience=CommentAudienceType[row.audience],
            mentions=[User(id=strawberry.ID(str(each))) for each in row.mention_ids],
            created_at=row.created_at,
            edited_at=row.edited_at,
            deleted_at=row.deleted_at,
            version=row.version,
        )
