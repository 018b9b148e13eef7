"""Indicators as callers see them: by themselves, and as they stand in an incident."""

from datetime import datetime
from enum import Enum
from typing import Any, Final, Self
from uuid import UUID

import strawberry
from strawberry.types.lazy_type import LazyType

from chassis.graphql.connection import After, Before, Connection, First, Last
from services.incidents.domain.indicators.kinds import shown
from services.incidents.domain.indicators.stix import stix_id
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.enums import PapMarking, TlpMarking
from services.incidents.graphql.types.others import IndicatorType, User
from services.incidents.graphql.types.pages import page_of_parts
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow

_MODULE: Final = "services.incidents.graphql.types.incident"  # which imports this
_INCIDENT: Final[LazyType[Any, Any]] = LazyType("Incident", _MODULE)
_COMPANY: Final[LazyType[Any, Any]] = LazyType("Company", _MODULE)
_PAGE: Final[Any] = Connection  # of a type that is found at run time


@strawberry.enum(name="IndicatorRole", description="What an indicator is in an incident.")
class IndicatorRoleType(Enum):
    ATTACKER = strawberry.enum_value("ATTACKER", description="The attacker's own.")
    VICTIM = strawberry.enum_value("VICTIM", description="Of what was attacked.")
    INFRA = strawberry.enum_value("INFRA", description="What the attack was carried out with or through.")
    ARTIFACT = strawberry.enum_value("ARTIFACT", description="What was left behind.")
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="Not known.")


@strawberry.type(description="A trace of a company's incidents, such as an address or a file; one for all of them.")
class Indicator:
    id: strawberry.ID = strawberry.field(description="Its id.")
    type: IndicatorType | None = strawberry.field(description="What kind of trace it is.")
    value: str = strawberry.field(description="As it was first typed.")
    value_normalized: str = strawberry.field(
        description="The one form of its type: values that have it in common are the same indicator."
    )
    defanged: str = strawberry.field(description="That form, written so that nobody follows it by mistake.")
    stix_id: str | None = strawberry.field(
        description="The id that STIX 2.1 derives from type and value; null where it derives none."
    )
    tlp: TlpMarking = strawberry.field(description="To whom it may be told.")
    pap: PapMarking = strawberry.field(description="What may be done with it.")
    is_ioc: bool = strawberry.field(description="Whether it shows an attack by itself: an indicator of compromise.")
    confidence: int | None = strawberry.field(description="How sure that is, 0 to 100; null when nobody said.")
    first_seen: datetime | None = strawberry.field(description="When it was first seen anywhere.")
    last_seen: datetime | None = strawberry.field(description="When it was last seen anywhere.")
    valid_until: datetime | None = strawberry.field(description="Until when it tells anything.")
    description: str | None = strawberry.field(description="What it is; Markdown.")
    tags: list[str] = strawberry.field(description="Free marks.")
    attack_ids: list[str] = strawberry.field(description="Tactics and techniques of MITRE ATT&CK, such as T1566.001.")
    whitelisted: bool = strawberry.field(
        description="Known to be harmless: incidents do not resemble each other by it."
    )
    created_at: datetime = strawberry.field(description="When it was first added.")
    created_by: User | None = strawberry.field(description="By whom.")
    version: int = strawberry.field(description="Counts its changes; hand it to `indicator.expectedVersion`.")

    row: strawberry.Private[IndicatorRow]

    @strawberry.field(description="Whose it is.", graphql_type=_COMPANY | None)
    def company(self) -> Any:
        return _COMPANY.resolve_type()(id=strawberry.ID(str(self.row.company_id)))

    @strawberry.field(
        description="The incidents it stands in that you may see, the one it was last added to first.",
        graphql_type=_PAGE[_INCIDENT] | None,
    )
    async def incidents(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Any:
        incident = _INCIDENT.resolve_type()
        loader = info.context.indicators.incidents
        page, behind = page_of_parts(first, after, "INCIDENTS OF INDICATOR", last, before)
        rows = await loader.page(self.row.id, page.first, behind)
        nodes = [(incident.from_row(row), (place,)) for place, row in rows]
        return page.connection(_PAGE[incident], nodes, lambda: loader.count(self.row.id))

    @classmethod
    def from_row(cls, row: IndicatorRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            row=row,
            type=IndicatorType(id=strawberry.ID(str(row.type_id))),
            value=row.value,
            value_normalized=row.form,
            defanged=shown(row.type_code, row.form),
            stix_id=stix_id(row.type_code, row.form),
            tlp=TlpMarking[row.tlp],
            pap=PapMarking[row.pap],
            created_by=User(id=strawberry.ID(str(row.created_by_id))),
            **{name: getattr(row, name) for name in _AS_STORED},
        )


_AS_STORED = (
    "is_ioc", "confidence", "first_seen", "last_seen", "valid_until", "description", "tags", "attack_ids",
    "whitelisted", "created_at", "version",
)  # fmt: skip


@strawberry.type(description="An indicator as it stands in an incident.")
class IncidentIndicator:
    id: strawberry.ID = strawberry.field(description="The id of its place in the incident.")
    role: IndicatorRoleType = strawberry.field(description="What it is in the incident.")
    sighted: bool = strawberry.field(description="Whether it was seen in the incident itself.")
    sighted_at: datetime | None = strawberry.field(description="When it was seen there.")
    ignore_similarity: bool = strawberry.field(description="Whether the incident does not resemble others by it.")
    note: str | None = strawberry.field(description="What is to be said of it here; Markdown.")
    created_at: datetime = strawberry.field(description="When it was added.")
    created_by: User | None = strawberry.field(description="By whom.")
    version: int = strawberry.field(description="Counts changes of its place here; hand it to `expectedVersion`.")

    indicator_id: strawberry.Private[UUID]

    @strawberry.field(description="The indicator itself.")
    async def indicator(self, info: Info) -> Indicator | None:
        row = await info.context.indicators.by_id.load(self.indicator_id)
        return None if row is None else Indicator.from_row(row)

    @classmethod
    def from_row(cls, row: IncidentIndicatorRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            role=IndicatorRoleType[row.role],
            sighted=row.sighted,
            sighted_at=row.sighted_at,
            ignore_similarity=row.ignore_similarity,
            note=row.note,
            created_at=row.created_at,
            created_by=User(id=strawberry.ID(str(row.created_by_id))),
            version=row.version,
            indicator_id=row.indicator_id,
        )
