"""The API key as callers see it: never its secret."""

from datetime import datetime
from typing import Self

import strawberry

from services.access.graphql.context import Info
from services.access.graphql.types.company import Company
from services.access.graphql.types.user import User
from services.access.persistence.rows import ApiKeyRow


@strawberry.type(
    description="A key by which a program acts as a user: with the user's rights, or where it is limited with some."
)
class ApiKey:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="What it is for.")
    prefix: str = strawberry.field(description="Its middle part, to recognise it by.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(description="When it ends; null when never.")
    last_used_at: datetime | None = strawberry.field(description="When it was last used, to the minute.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null while it is not.")
    previous_secret_until: datetime | None = strawberry.field(
        description="Until when the secret before the present one holds; null when there was none."
    )
    permissions: list[str] | None = strawberry.field(description="The most it may do; null when it is not limited so.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")
    row: strawberry.Private[ApiKeyRow]

    @strawberry.field(description="Whom it acts as.")
    async def user(self, info: Info) -> User | None:
        seen = await info.context.users.load(self.row.user_id)
        return None if seen is None else User.from_seen(seen)

    @strawberry.field(
        description="Those that you see of the companies it is limited to, by name; null when it is not limited so."
    )
    async def companies(self, info: Info) -> list[Company] | None:
        if self.row.company_ids is None:
            return None
        rows = await info.context.companies.load_many(self.row.company_ids)
        found = [Company.from_row(row) for row in rows if row is not None]
        return sorted(found, key=lambda company: company.name)

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
            previous_secret_until=row.previous_until,
            permissions=row.permissions,
            version=row.version,
            row=row,
        )
