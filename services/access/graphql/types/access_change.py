"""An entry of the history of access."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any, Self
from uuid import UUID

import orjson
import strawberry

from chassis.access import Actor, Companies, Everywhere
from chassis.errors import Invalid
from chassis.graphql.connection import Page
from chassis.graphql.cursors import moment_part
from chassis.graphql.inputs import to_uuids
from chassis.graphql.refusals import camel
from chassis.paging import Place
from services.access.domain.history import SubjectKind, seen_by
from services.access.graphql.context import Info
from services.access.graphql.types.user import User
from services.access.persistence.history import HistoryFilter
from services.access.persistence.rows import AccessChangeRow

_PERSONS = ("user", "service_account")


@strawberry.enum(description="What kind of thing a change of access was made to.")
class AccessSubjectKind(Enum):
    COMPANY = strawberry.enum_value("COMPANY", description="A company.")
    DEPARTMENT = strawberry.enum_value("DEPARTMENT", description="A department of a company.")
    SITE = strawberry.enum_value("SITE", description="A site of a company.")
    TEAM = strawberry.enum_value("TEAM", description="A team of a company.")
    USER = strawberry.enum_value("USER", description="A user or a service account.")
    GROUP = strawberry.enum_value("GROUP", description="A group.")
    API_KEY = strawberry.enum_value("API_KEY", description="An API key.")
    SESSION = strawberry.enum_value("SESSION", description="A sign-in.")


@strawberry.input(description="All given conditions must hold; each list means any of its members.")
class AccessChangeFilter:
    company_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="What concerns one of these companies, or every company."
    )
    subject_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Made to one of these things.")
    subject_kinds: list[AccessSubjectKind] | None = strawberry.field(
        default=None, description="Made to a thing of one of these kinds."
    )
    actor_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Made by one of these users.")
    since: datetime | None = strawberry.field(default=None, name="from", description="The first moment to tell of.")
    until: datetime | None = strawberry.field(default=None, name="to", description="The first moment after it.")

    def to_filter(self) -> HistoryFilter:
        """Raises Invalid for what is no id."""
        return HistoryFilter(
            company_ids=_ids(self.company_ids, "company_ids"),
            subject_ids=_ids(self.subject_ids, "subject_ids"),
            subject_kinds=None if self.subject_kinds is None else [each.name for each in self.subject_kinds],
            actor_ids=_ids(self.actor_ids, "actor_ids"),
            since=_moment(self.since, "from"),
            until=_moment(self.until, "to"),
        )


@strawberry.type(description="What a change of access did to one field.")
class AccessFieldChange:
    field: str = strawberry.field(description="The field as the schema writes it, for example `showsModuleLink`.")
    before: str | None = strawberry.field(
        description="The value before, as text; JSON where it is no text. Of a list what was taken away."
    )
    after: str | None = strawberry.field(description="The value after, likewise. Of a list what was added.")


@strawberry.type(description="One change of who may do what, or of where people work: who made it, when, what.")
class AccessChange:
    id: strawberry.ID = strawberry.field(description="Its id.")
    at: datetime = strawberry.field(description="When it was made.")
    subject_kind: AccessSubjectKind = strawberry.field(description="What kind of thing it was made to.")
    subject_id: strawberry.ID = strawberry.field(description="The id of that thing.")
    subject_name: str = strawberry.field(description="What that thing was called then.")
    every_company: bool = strawberry.field(description="Whether it concerns every company.")
    company_ids: list[strawberry.ID] = strawberry.field(description="Those companies it concerns that you see.")
    operation: str = strawberry.field(
        description="CREATED, EDITED, DEACTIVATED, REACTIVATED, ASSIGNED, PASSWORD_CHANGED, ROTATED, REVOKED, ENDED, "
        "LINKED, DELETED."
    )
    request_id: str | None = strawberry.field(description="The request that made it, for operators.")
    changes: list[AccessFieldChange] = strawberry.field(description="The fields that changed, as far as you see them.")
    row: strawberry.Private[AccessChangeRow]

    @strawberry.field(description="Who made it; null when the registry itself did.")
    async def actor(self, info: Info) -> User | None:
        if self.row.actor_kind not in _PERSONS:
            return None
        seen = await info.context.users.load(self.row.actor_id)
        return None if seen is None else User.from_seen(seen)

    @classmethod
    def from_row(cls, row: AccessChangeRow, reader: Actor) -> Self:
        """Companies out of the reader's sight are not in it."""
        sees = _listed(reader.anywhere())
        concerned = row.company_ids if sees is None else [each for each in row.company_ids if each in sees]
        return cls(
            id=strawberry.ID(str(row.id)),
            at=row.at,
            subject_kind=AccessSubjectKind(SubjectKind(row.subject_kind).value),
            subject_id=strawberry.ID(str(row.subject_id)),
            subject_name=row.subject_name,
            every_company=row.every_company,
            company_ids=[strawberry.ID(str(each)) for each in concerned],
            operation=row.operation,
            request_id=row.request_id,
            changes=[
                AccessFieldChange(field=camel(name.removesuffix("_id")), before=_text(before), after=_text(after))
                for name, (before, after) in seen_by(row.changes, sees).items()
            ],
            row=row,
        )


def page_of_history(
    first: int | None, after: str | None, last: int | None, before: str | None
) -> tuple[Page, Place | None]:
    """The page, and its place by time and id. Raises Invalid for what is no page, and the cursor of another list."""
    page = Page.of(first, after, last, before, order="AT_DESC")
    return page, page.typed(moment_part, UUID)


def _listed(companies: Companies) -> frozenset[UUID] | None:
    return None if isinstance(companies, Everywhere) else companies


def _ids(given: list[strawberry.ID] | None, name: str) -> list[UUID] | None:
    return None if given is None else to_uuids(given, "filter", name)


def _moment(value: datetime | None, name: str) -> datetime | None:
    """In UTC; a time without offset is taken for that."""
    try:
        return None if value is None else _utc(value)
    except OverflowError as error:
        raise Invalid("This is no time between the years 1 and 9999.", field=("filter", name)) from error


def _utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
