"""The API key as callers see it: never its secret."""

from datetime import datetime
from typing import Self

import strawberry

from services.access.graphql.context import Info
from services.access.graphql.types.user import User
from services.access.persistence.rows import ApiKeyRow


@strawberry.type(description="A key by which a program acts as a user, with the user's rights.")
class ApiKey:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="What it is for.")
    prefix: str = strawberry.field(description="Its middle part, to recognise it by.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(description="When it ends; null when never.")
    last_used_at: datetime | None = strawberry.field(description="When it was last used, to the minute.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null while it is not.")
    row: strawberry.Private[ApiKeyRow]

    @strawberry.field(description="Whom it acts as.")
    async def user(self, info: Info) -> User | None:
        seen = await info.context.users.load(self.row.user_id)
        return None if seen is None else User.from_seen(seen)

    @classmethod
    def from_row(cls, row: ApiKeyRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            prefix=row.prefix,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
            row=row,
        )
