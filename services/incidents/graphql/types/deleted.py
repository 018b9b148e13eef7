"""Deleted incidents as who may delete them sees them."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

import strawberry

from chassis.graphql.connection import Page
from chassis.graphql.cursors import moment_part
from services.incidents.graphql.types.incident import Company
from services.incidents.graphql.types.others import User, stub
from services.incidents.graphql.types.pages import Asked
from services.incidents.persistence.rows import IncidentRow

_ORDER = "DELETED_AT_DESC"


@strawberry.type(description="An incident that was deleted and can be restored until it is purged.")
class DeletedIncident:
    id: strawberry.ID = strawberry.field(description="Its id.")
    reference: str = strawberry.field(description="Its number for people.")
    title: str = strawberry.field(description="What happened, in a line.")
    company: Company | None = strawberry.field(description="The company it happened to.")
    deleted_at: datetime = strawberry.field(description="When it was deleted.")
    deleted_by: User | None = strawberry.field(description="Who deleted it; null where nobody wrote that down.")
    reason: str | None = strawberry.field(description="Why.")
    held: bool = strawberry.field(description="Whether it is held back: what is held is never purged.")
    purge_due_at: datetime | None = strawberry.field(description="When it may be purged; null while it is held.")
    version: int = strawberry.field(description="Hand it to `expectedVersion`.")

    @classmethod
    def from_row(cls, row: IncidentRow, retention: timedelta) -> Self:
        at = row.deleted_at or row.updated_at
        return cls(
            id=strawberry.ID(str(row.id)),
            reference=row.reference,
            title=row.title,
            company=Company(id=strawberry.ID(str(row.company_id))),
            deleted_at=at,
            deleted_by=stub(User, row.deleted_by_id),
            reason=row.delete_reason,
            held=row.held,
            purge_due_at=None if row.held else at + retention,
            version=row.version,
        )


def page_of_deleted(first: int | None, after: str | None, last: int | None, before: str | None) -> Asked:
    """By time and id. Raises Invalid for what is no page, and for the cursor of another list."""
    page = Page.of(first, after, last, before, order=_ORDER)
    return page, page.typed(moment_part, UUID)
