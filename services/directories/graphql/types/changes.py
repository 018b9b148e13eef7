"""An entry of the history of directories."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import orjson
import strawberry

from chassis.graphql.connection import Page
from chassis.graphql.cursors import moment_part
from chassis.graphql.inputs import to_uuids
from chassis.graphql.refusals import camel
from chassis.paging import Place
from services.directories.domain.entries import Kind
from services.directories.graphql.types.enums import KindType
from services.directories.graphql.types.others import Company, User
from services.directories.persistence.history import HistoryFilter
from services.directories.persistence.rows import EntryChangeRow

_PERSONS = ("user", "service_account")


@strawberry.input(description="All given conditions must hold; each list means any of its members.")
class DirectoryChangeFilter:
    entry_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Made to one of these entries.")
    kinds: list[KindType] | None = strawberry.field(default=None, description="Made to one of these directories.")

    def to_filter(self) -> HistoryFilter:
        """Raises Invalid for what is no id."""
        return HistoryFilter(
            entry_ids=None if self.entry_ids is None else to_uuids(self.entry_ids, "filter", "entry_ids"),
            kinds=None if self.kinds is None else [Kind[each.name].value for each in self.kinds],
        )


@strawberry.type(description="What a change did to one field.")
class DirectoryFieldChange:
    field: str = strawberry.field(description="The field as the schema writes it, or a text: `name.de`.")
    before: str | None = strawberry.field(
        description="The value before, as text; JSON where it is no text. Entries are told by their codes of then."
    )
    after: str | None = strawberry.field(description="The value after, likewise.")


@strawberry.type(description="One change of a directory or of the locales: who made it, when, what.")
class DirectoryChange:
    id: strawberry.ID = strawberry.field(description="Its id.")
    at: datetime = strawberry.field(description="When it was made.")
    entry_id: strawberry.ID | None = strawberry.field(description="The entry; null where a locale was switched.")
    kind: KindType | None = strawberry.field(description="The directory of the entry.")
    code: str = strawberry.field(description="The code of the entry, or the tag of the locale.")
    company: Company | None = strawberry.field(description="The company that has the entry; null when every one has.")
    actor: User | None = strawberry.field(description="Who made it; null when the registry itself did.")
    operation: str = strawberry.field(
        description="CREATED, EDITED, DEACTIVATED, REACTIVATED, REORDERED, MERGED, TRANSLATED (by machine), "
        "APPROVED, CORRECTED or REJECTED (a translation), SWITCHED_ON or SWITCHED_OFF."
    )
    request_id: str | None = strawberry.field(description="The request that made it, for operators.")
    changes: list[DirectoryFieldChange] = strawberry.field(description="The fields that changed.")

    @classmethod
    def from_row(cls, row: EntryChangeRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            at=row.at,
            entry_id=None if row.entry_id is None else strawberry.ID(str(row.entry_id)),
            kind=None if row.kind is None else KindType(row.kind),
            code=row.code,
            company=None if row.company_id is None else Company(id=strawberry.ID(str(row.company_id))),
            actor=User(id=strawberry.ID(str(row.actor_id))) if row.actor_kind in _PERSONS else None,
            operation=row.operation,
            request_id=row.request_id,
            changes=[
                DirectoryFieldChange(field=camel(name), before=_text(before), after=_text(after))
                for name, (before, after) in sorted(row.changes.items())
            ],
        )


def page_of_history(
    first: int | None, after: str | None, last: int | None, before: str | None
) -> tuple[Page, Place | None]:
    """The page, and its place by time and id. Raises Invalid for what is no page, and the cursor of another list."""
    page = Page.of(first, after, last, before, order="AT_DESC")
    return page, page.typed(moment_part, UUID)


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
