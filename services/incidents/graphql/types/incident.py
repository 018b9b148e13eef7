"""The incident as callers see it, and what it adds to a company: each leads to the other."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.loading import load_reference
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.comments import CommentAudience
from services.incidents.domain.demanded import USUALLY
from services.incidents.domain.gates import Gates, completeness, missing
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.action_items import ActionItemsOfIncident
from services.incidents.graphql.types.assets import AssetsOfIncident
from services.incidents.graphql.types.change import IncidentChange
from services.incidents.graphql.types.comment import CommentAudienceType, IncidentComment
from services.incidents.graphql.types.custom_timestamps import CustomTimestampsOfIncident
from services.incidents.graphql.types.enums import Audience, Category, HarmedArea, PapMarking, RecordKind, TlpMarking
from services.incidents.graphql.types.gates import IncidentGate, IncidentGateChange, MissingDemand, gates_from
from services.incidents.graphql.types.hold import HoldOfIncident
from services.incidents.graphql.types.indicators_of_incident import IndicatorsOfIncident
from services.incidents.graphql.types.links import LinksOfIncident
from services.incidents.graphql.types.moments import (
    IncidentTimestamp,
    TimestampsOutOfOrder,
    moments_of,
    out_of_order_of,
)
from services.incidents.graphql.types.others import (
    Classification,
    Department,
    DetectionSource,
    ImpactLevel,
    IncidentStatus,
    IncidentType,
    Outcome,
    Priority,
    Severity,
    Team,
    User,
    stub,
)
from services.incidents.graphql.types.pages import page_of_history, page_of_incidents, page_of_parts
from services.incidents.graphql.types.record import (
    Cost,
    IncidentSource,
    Location,
    ReportedBy,
    cost_of,
    location_of,
    reported_by_of,
    source_of,
)
from services.incidents.graphql.types.reviews import ReviewOfIncident, ReviewPolicyOfCompany
from services.incidents.graphql.types.roles import RolesOfIncident
from services.incidents.graphql.types.tasks import TasksOfIncident
from services.incidents.graphql.types.timeline import TimelineOfIncident
from services.incidents.persistence.orders import Order
from services.incidents.persistence.rows import IncidentRow

_NEWEST = (Order.REGISTERED_AT_DESC,)


@strawberry.federation.type(keys=["id"], description="A company whose incidents are registered here.")
class Company(ReviewPolicyOfCompany):
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
    async def incidents(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection["Incident"] | None:
        company, loader = to_uuid(self.id, "id"), info.context.company_incidents
        page, behind = page_of_incidents(first, after, _NEWEST, last, before)
        rows = await loader.page(company, page.first, behind)
        nodes = [(Incident.from_row(row), (row.registered_at, row.id)) for row in rows]
        return page.connection(Connection[Incident], nodes, lambda: loader.count(company))

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW)],
        description=described(
            "What the company demands of its incidents before each category.", rights="incident.view in the company."
        ),
    )
    async def incident_gates(self, info: Info) -> list[IncidentGate] | None:
        company = to_uuid(self.id, "id")
        if not info.context.actor.may(permissions.VIEW, company):
            return None
        return gates_from(await info.context.gates.own.load(company) or ())

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW)],
        description=described(
            "The last hundred changes of the company's gates, newest first.", rights="incident.view in the company."
        ),
    )
    async def incident_gate_changes(self, info: Info) -> list[IncidentGateChange] | None:
        rows = await info.context.gates.changes.load(to_uuid(self.id, "id")) or ()
        return [IncidentGateChange.from_row(row) for row in rows]


@strawberry.federation.type(keys=["id"], description="A registered information-security incident.")
class Incident(
    TasksOfIncident,
    ReviewOfIncident,
    ActionItemsOfIncident,
    IndicatorsOfIncident,
    AssetsOfIncident,
    CustomTimestampsOfIncident,
    RolesOfIncident,
    LinksOfIncident,
    TimelineOfIncident,
    HoldOfIncident,
):
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
    priority: Priority | None = strawberry.field(description="How soon it is to be dealt with.")
    kind: RecordKind = strawberry.field(description="Whether it is an incident, or something like one.")
    tlp: TlpMarking = strawberry.field(description="To whom it may be told.")
    pap: PapMarking = strawberry.field(description="What may be done with what is known of it.")
    detection_source: DetectionSource | None = strawberry.field(description="How it became known.")
    department: Department | None = strawberry.field(description="The department it happened in.")
    department_at_registration: Department | None = strawberry.field(
        description="The first department it was given; it stays, so that figures of the past do."
    )
    team: Team | None = strawberry.field(description="The team that works it.")
    location: Location | None = strawberry.field(description="Where it happened.")
    responsible: User | None = strawberry.field(description="Who works it to closure.")
    registered_by: User | None = strawberry.field(description="Who registered it.")
    reported_by: ReportedBy | None = strawberry.field(description="Who noticed it.")
    occurred_at: datetime | None = strawberry.field(description="When it began.")
    occurred_until: datetime | None = strawberry.field(description="When it ended.")
    detected_at: datetime | None = strawberry.field(description="When it was detected.")
    aware_at: datetime | None = strawberry.field(
        description="When the organisation knew of it; legal terms run from then."
    )
    reported_at: datetime | None = strawberry.field(description="When it was reported.")
    registered_at: datetime = strawberry.field(description="When it was registered here.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    acknowledged_at: datetime | None = strawberry.field(description="When somebody took it up first.")
    responded_at: datetime | None = strawberry.field(description="When work on it began.")
    contained_at: datetime | None = strawberry.field(description="When it could spread no further.")
    eradicated_at: datetime | None = strawberry.field(description="When its cause was gone.")
    recovered_at: datetime | None = strawberry.field(description="When operation was restored.")
    first_resolved_at: datetime | None = strawberry.field(description="When it was resolved for the first time.")
    resolved_at: datetime | None = strawberry.field(description="When it was last resolved; null while it is not.")
    closed_at: datetime | None = strawberry.field(description="When it was closed; null while it is not.")
    first_reopened_at: datetime | None = strawberry.field(description="When it was first opened again.")
    reopen_count: int = strawberry.field(description="How often it was opened again.")

    @strawberry.field(description="All its moments, and whence they come.")
    def timestamps(self) -> list[IncidentTimestamp]:
        return moments_of(self.row)

    @strawberry.field(description="Moments that cannot be right together; a warning that stands in no way.")
    def timestamps_out_of_order(self) -> list[TimestampsOutOfOrder]:
        return out_of_order_of(self.row)

    data_subjects_affected: int | None = strawberry.field(description="How many persons' data are affected.")
    records_affected: int | None = strawberry.field(description="How many records are affected.")
    personal_data: bool | None = strawberry.field(description="Whether personal data are concerned; null: unknown.")
    critical_service: bool | None = strawberry.field(
        description="Whether a critical service is concerned; null while unknown."
    )
    impact: str | None = strawberry.field(description="What it did; Markdown.")
    impact_level: ImpactLevel | None = strawberry.field(description="How much harm it did.")
    impact_areas: list[HarmedArea] = strawberry.field(description="What it harmed.")
    cost: Cost | None = strawberry.field(description="What it cost.")
    outcome: Outcome | None = strawberry.field(description="What it turned out to be.")
    root_cause: str | None = strawberry.field(description="Why it could happen; Markdown.")
    actions_taken: str | None = strawberry.field(description="What was done; Markdown.")
    preventive_measures: str | None = strawberry.field(description="What shall keep it from recurring; Markdown.")
    no_measures_reason: str | None = strawberry.field(
        description="Why nothing is to be done against its recurring; Markdown."
    )
    reports_and_records: str | None = strawberry.field(description="Reports and records about it; Markdown.")
    indicators_text: str | None = strawberry.field(description="Indicators as they were typed; Markdown.")
    comment: str | None = strawberry.field(description="Remarks on the record; Markdown.")
    language: str | None = strawberry.field(description="The language it is written in, by BCP 47.")
    source: IncidentSource = strawberry.field(description="By what way it was registered.")
    tags: list[str] = strawberry.field(description="Free marks.")
    visibility: Audience = strawberry.field(description="Who sees it within its company.")
    members: list[User] | None = strawberry.field(
        description="To whom it is confided, in the order in which they came; empty unless it is restricted."
    )
    version: int = strawberry.field(description="Counts changes of its fields; hand it to `expectedVersion`.")
    sequence: int = strawberry.field(description="Counts its events.")

    row: strawberry.Private[IncidentRow]

    @strawberry.field(description="How much of what all gates ask for is told, in per cent.")
    async def completeness(self, info: Info) -> int:
        gates, value_of = await self._demanded(info)
        return completeness(gates, value_of)

    @strawberry.field(description="What stands in the way to a category; nothing when it may be entered.")
    async def missing_for(
        self,
        info: Info,
        transition: Annotated[
            Category, strawberry.argument(description="The category to be entered; left out, CLOSED.")
        ] = Category.CLOSED,
    ) -> list[MissingDemand]:
        gates, value_of = await self._demanded(info)
        before, after = StatusCategory(self.row.status_category), StatusCategory[transition.name]
        return [MissingDemand.of(each) for each in missing(before, after, gates, value_of)]

    async def _demanded(self, info: Info) -> tuple[Gates, Callable[[str], Any]]:
        """What its company demands of it, and what it tells."""
        demanded = await info.context.gates.demanded.load(self.row.company_id) or USUALLY
        standing = await info.context.standings.load(self.row, demanded.about_parts)
        return demanded.of(standing), partial(standing.value_of, partial(getattr, self.row))

    @strawberry.field(description="What was changed, by whom and when; newest first.")
    async def history(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[IncidentChange] | None:
        incident, loader = to_uuid(self.id, "id"), info.context.history
        page, behind = page_of_history(first, after, last, before)
        rows = await loader.page(incident, page.first, behind)
        nodes = [(IncidentChange.from_row(row), (row.sequence,)) for row in rows]
        return page.connection(Connection[IncidentChange], nodes, lambda: loader.count(incident))

    @strawberry.field(description="What was said about it, oldest first; answers name what they answer.")
    async def comments(
        self,
        info: Info,
        audience: Annotated[
            CommentAudienceType | None, strawberry.argument(description="Only what is written for these.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[IncidentComment] | None:
        wanted = None if audience is None else CommentAudience[audience.name]
        incident, loader = to_uuid(self.id, "id"), info.context.comments[wanted]
        page, behind = page_of_parts(first, after, f"COMMENTS {wanted}", last, before)
        rows = await loader.page(incident, page.first, behind)
        nodes = [(IncidentComment.from_row(row), (row.id,)) for row in rows]
        return page.connection(Connection[IncidentComment], nodes, lambda: loader.count(incident))

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.incidents, id)
        return None if row is None else cls.from_row(row)

    @classmethod
    def from_row(cls, row: IncidentRow) -> Self:
        return cls(row)

    def __init__(self, row: IncidentRow) -> None:
        """The rest is made of the row when it is asked for: a list asks for six of some seventy fields."""
        self.row = row

    if not TYPE_CHECKING:  # for whom there are the fields above and nothing else

        def __getattr__(self, name: str) -> Any:
            """Only of what is not there yet."""
            if name not in _MADE:
                raise AttributeError(name)
            made = _MADE[name](self.row)
            setattr(self, name, made)
            return made


_AS_STORED = (
    "reference", "title", "description", "occurred_at", "detected_at", "reported_at", "registered_at", "updated_at",
    "closed_at", "data_subjects_affected", "records_affected", "impact", "actions_taken", "preventive_measures",
    "comment", "tags", "version", "sequence", "personal_data", "critical_service", "root_cause", "no_measures_reason",
    "reports_and_records", "indicators_text", "language", "occurred_until", "aware_at", "acknowledged_at",
    "responded_at", "contained_at", "eradicated_at", "recovered_at", "first_resolved_at", "resolved_at",
    "first_reopened_at", "reopen_count",
)  # fmt: skip
_MADE: Mapping[str, Callable[[IncidentRow], Any]] = {
    **{name: attrgetter(name) for name in _AS_STORED},
    "id": lambda row: strawberry.ID(str(row.id)),
    "company": lambda row: Company(id=strawberry.ID(str(row.company_id))),
    "classification": lambda row: stub(Classification, row.classification_id),
    "type": lambda row: stub(IncidentType, row.type_id),
    "status": lambda row: stub(IncidentStatus, row.status_id),
    "status_category": lambda row: Category(row.status_category),
    "severity": lambda row: stub(Severity, row.severity_id),
    "priority": lambda row: stub(Priority, row.priority_id),
    "kind": lambda row: RecordKind[row.kind],
    "tlp": lambda row: TlpMarking[row.tlp],
    "pap": lambda row: PapMarking[row.pap],
    "detection_source": lambda row: stub(DetectionSource, row.detection_source_id),
    "department": lambda row: stub(Department, row.department_id),
    "department_at_registration": lambda row: stub(Department, row.department_at_registration_id),
    "team": lambda row: stub(Team, row.team_id),
    "impact_level": lambda row: stub(ImpactLevel, row.impact_level_id),
    "impact_areas": lambda row: [HarmedArea[area] for area in row.impact_areas],
    "cost": cost_of,
    "outcome": lambda row: stub(Outcome, row.outcome_id),
    "source": source_of,
    "location": location_of,
    "responsible": lambda row: stub(User, row.responsible_id),
    "registered_by": lambda row: stub(User, row.registered_by_id),
    "reported_by": reported_by_of,
    "visibility": lambda row: Audience[row.visibility.name],
    "members": lambda row: [User(id=strawberry.ID(str(member))) for member in row.members],
}
