"""A session as its owner sees it."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from chassis.graphql.connection import Connection, Page
from services.access.graphql.context import Context
from services.access.persistence.rows import SessionRow
from services.access.persistence.sessions import count_sessions, page_of_sessions


@strawberry.type(description="A sign-in of yours that still holds.")
class Session:
    id: strawberry.ID = strawberry.field(description="Its id.")
    created_at: datetime = strawberry.field(description="When you signed in.")
    last_used_at: datetime = strawberry.field(description="When it was last used, to the minute.")
    expires_at: datetime = strawberry.field(description="When it ends at the latest.")
    client: str = strawberry.field(
        description="What you signed in with, as it calls itself, and from which address; shown to you only."
    )
    current: bool = strawberry.field(description="Whether it is the one you ask by.")

    @classmethod
    def from_row(cls, row: SessionRow, credential: UUID | None) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
            client=", ".join(part for part in (row.agent, row.address) if part),
            current=row.id == credential,
        )


async def session_page(page: Page, context: Context) -> Connection[Session]:
    """The newest first. Raises Invalid for the cursor of another list."""
    behind = page.typed(UUID)
    owner, idle = context.actor.id, context.session_idle
    async with context.read() as session:
        rows = await page_of_sessions(owner, idle, page.first, behind, session)

    async def count() -> int:
        async with context.read() as session:
            return await count_sessions(owner, idle, session)

    nodes = [(Session.from_row(row, context.actor.credential), (row.id,)) for row in rows]
    return page.connection(Connection[Session], nodes, count)
