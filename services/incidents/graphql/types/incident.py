"""The incident as callers see it, and what it adds to a company: each leads to the other."""

from collections.abc import Callable
from datetime import datetime
from typing import Self, TypeVar
from uuid import UUID

import strawberry

from chassis.graphql.connection import After, Connection, First
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.loading import load_reference
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.change import IncidentChange
from services.incidents.graphql.types.enums import Audience, Category
from services.incidents.graphql.types.others import (
    Classification,
    IncidentStatus,
    IncidentType,
    Severity,
    User,
)
from services.incidents.graphql.types.pages import page_of_history, page_of_incidents
from services.incidents.persistence.orders import Order, sort_key
from services.incidents.persistence.rows import IncidentRow

T = TypeVar("T")
_NEWEST = (Order.REGISTERED_AT_DESC,)


@strawberry.type(description="Where something happened.")
class Location:
    text: str | None = strawberry.field(description="In words.")
    country: str | None = strawberry.field(description="Two letters of ISO 3166.")


@strawberry.type(description="Who noticed an incident; need not be a user of the registry.")
class ReportedBy:
    name: str | None = strawberry.field(description="Name.")
    email: str | None = strawberry.field(description="Mail address.")
    phone: str | None = strawberry.field(description="Telephone.")


@strawberry.federation.type(keys=["id"], description="A company whose incidents are registered here.")
class Company:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """Nothing is looked up: what a caller may not see of a company is hidden where it is shown."""
        return cls(id=id)

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW)],
        description=described(
            "The company's incidents that you may see, newest first.",
            rights="incident.view in the company; restricted: members or incident.view_restricted.",
        ),
    )
    async def incidents(self, info: Info, first: First = 20, after: After = None) -> Connection["Incident"] | None:
        company, loader = to_uuid(self.id, "id"), info.context.company_incidents
        page, behind = page_of_incidents(first, after, _NEWEST)
        rows = await loader.page(company, page.first, behind)
        nodes = [(Incident.from_row(row), sort_key(row, _NEWEST)) for row in rows]
        return page.connection(Connection[Incident], nodes, lambda: loader.count(company))


@strawberry.federation.type(keys=["id"], description="A registered information-security incident.")
class Incident:
    id: strawberry.ID = strawberry.field(description="Its id.")
    reference: str = strawberry.field(description="Number for people, for example ACME-2026-000042; never reused.")
    title: str = strawberry.field(description="What happened, in a line.")
    description: str | None = strawberry.field(description="What happened, in full; Markdown.")
    company: Company | None = strawberry.field(description="The company it happened to.")
    classification: Classification | None = strawberry.field(description="Its class.")
    type: IncidentType | None = strawberry.field(description="Its type within the class.")
    status: IncidentStatus | None = strawberry.field(description="Where it stands.")
    status_category: Category = strawberry.field(description="What that status means.")
    severity: Severity | None = strawberry.field(description="How bad it is; null while not assessed.")
    location: Location | None = strawberry.field(description="Where it happened.")
    responsible: User | None = strawberry.field(description="Who works it to closure.")
    registered_by: User | None = strawberry.field(description="Who registered it.")
    reported_by: ReportedBy | None = strawberry.field(description="Who noticed it.")
    occurred_at: datetime | None = strawberry.field(description="When it began.")
    detected_at: datetime | None = strawberry.field(description="When it was detected.")
    reported_at: datetime | None = strawberry.field(description="When it was reported.")
    registered_at: datetime = strawberry.field(description="When it was registered here.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    closed_at: datetime | None = strawberry.field(description="When it was closed; null while it is not.")
    data_subjects_affected: int | None = strawberry.field(description="How many persons' data are affected.")
    records_affected: int | None = strawberry.field(description="How many records are affected.")
    impact: str | None = strawberry.field(description="What it did; Markdown.")
    actions_taken: str | None = strawberry.field(description="What was done; Markdown.")
    preventive_measures: str | None = strawberry.field(description="What shall keep it from recurring; Markdown.")
    comment: str | None = strawberry.field(description="Remarks on the record; Markdown.")
    tags: list[str] = strawberry.field(description="Free marks.")
    visibility: Audience = strawberry.field(description="Who sees it within its company.")
    members: list[User] | None = strawberry.field(
        description="To whom it is confided, in the order in which they came; empty unless it is restricted."
    )
    version: int = strawberry.field(description="Counts changes of its fields; hand it to `expectedVersion`.")
    sequence: int = strawberry.field(description="Counts its events.")

    @strawberry.field(description="What was changed, by whom and when; newest first.")
    async def history(self, info: Info, first: First = 20, after: After = None) -> Connection[IncidentChange] | None:
        incident, loader = to_uuid(self.id, "id"), info.context.history
        page, behind = page_of_history(first, after)
        rows = await loader.page(incident, page.first, behind)
        nodes = [(IncidentChange.from_row(row), (row.sequence,)) for row in rows]
        return page.connection(Connection[IncidentChange], nodes, lambda: loader.count(incident))

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.incidents, id)
        return None if row is None else cls.from_row(row)

    @classmethod
    def from_row(cls, row: IncidentRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            company=Company(id=strawberry.ID(str(row.company_id))),
            classification=_stub(Classification, row.classification_id),
            type=_stub(IncidentType, row.type_id),
            status=_stub(IncidentStatus, row.status_id),
            status_category=Category(row.status_category),
            severity=_stub(Severity, row.severity_id),
            location=_location(row),
            responsible=_stub(User, row.responsible_id),
            registered_by=_stub(User, row.registered_by_id),
            reported_by=_reported_by(row),
            visibility=Audience[row.visibility.name],
            members=[User(id=strawberry.ID(str(member))) for member in row.members],
            **{name: getattr(row, name) for name in _AS_STORED},
        )


_AS_STORED = (
    "reference", "title", "description", "occurred_at", "detected_at", "reported_at", "registered_at", "updated_at",
    "closed_at", "data_subjects_affected", "records_affected", "impact", "actions_taken", "preventive_measures",
    "comment", "tags", "version", "sequence",
)  # fmt: skip


def _stub(kind: Callable[..., T], target: UUID | None) -> T | None:
    """The thing's owner tells the rest of it."""
    return None if target is None else kind(id=strawberry.ID(str(target)))


def _location(row: IncidentRow) -> Location | None:
    if row.location_text is None and row.location_country is None:
        return None
    return Location(text=row.location_text, country=row.location_country)


def _reported_by(row: IncidentRow) -> ReportedBy | None:
    told = (row.reported_by_name, row.reported_by_email, row.reported_by_phone)
    return None if told == (None, None, None) else ReportedBy(name=told[0], email=told[1], phone=told[2])
