"""A review as callers see it, and what companies ask of reviews."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Self

import strawberry

from services.incidents.domain.reviews import SECTIONS, USUAL
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.change import FieldChange, changes_of
from services.incidents.graphql.types.others import User, stub
from services.incidents.persistence.review_rows import ReviewPolicyChangeRow, ReviewPolicyRow, ReviewRow

_PERSONS = ("user", "service_account")


@strawberry.enum(name="IncidentReviewStatus", description="How far a review is.")
class ReviewStatusType(Enum):
    DRAFT = strawberry.enum_value("DRAFT", description="Being written.")
    IN_REVIEW = strawberry.enum_value("IN_REVIEW", description="Written, and being agreed upon.")
    APPROVED = strawberry.enum_value("APPROVED", description="Signed off; it is changed no more.")


@strawberry.enum(description="What lay behind an incident.")
class RootCauseCategory(Enum):
    PEOPLE = strawberry.enum_value("PEOPLE", description="Knowledge, attention, or conduct of people.")
    PROCESS = strawberry.enum_value("PROCESS", description="A procedure that was missing, wrong, or not followed.")
    TECHNOLOGY = strawberry.enum_value("TECHNOLOGY", description="A flaw or failure of a system.")
    CONFIGURATION = strawberry.enum_value("CONFIGURATION", description="A system that was set up or changed wrongly.")
    SUPPLIER = strawberry.enum_value("SUPPLIER", description="Something that a supplier did or failed to do.")
    PHYSICAL = strawberry.enum_value("PHYSICAL", description="Premises, power, weather, and other surroundings.")
    ATTACK = strawberry.enum_value("ATTACK", description="Somebody's intent, that nothing would have kept out.")
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="It could not be found out.")


@strawberry.type(description="Why an incident could happen.")
class RootCause:
    category: RootCauseCategory = strawberry.field(description="What kind of cause it is.")
    text: str = strawberry.field(description="The cause; Markdown.")
    whys: list[str] = strawberry.field(description="The answers to asking why, one after another.")


@strawberry.type(description="What was learned from an incident.")
class IncidentReview:
    id: strawberry.ID = strawberry.field(description="Its id.")
    status: ReviewStatusType = strawberry.field(description="How far it is.")
    facilitator: User | None = strawberry.field(description="Who leads it.")
    participants: list[User] | None = strawberry.field(description="Who takes part, in the order given.")
    meeting_at: datetime | None = strawberry.field(description="When those who take part meet, or met.")
    summary: str | None = strawberry.field(description="What happened and what follows, in short; Markdown.")
    timeline_narrative: str | None = strawberry.field(description="What happened when, told; Markdown.")
    impact: str | None = strawberry.field(description="What it did, as is known by now; Markdown.")
    root_causes: list[RootCause] = strawberry.field(description="Why it could happen.")
    contributing_factors: str | None = strawberry.field(description="What made it worse or likelier; Markdown.")
    went_well: str | None = strawberry.field(description="What went well; Markdown.")
    went_badly: str | None = strawberry.field(description="What went badly; Markdown.")
    lucky: str | None = strawberry.field(description="Where we were lucky; Markdown.")
    detection_gap: str | None = strawberry.field(description="What kept it from being noticed earlier; Markdown.")
    controls_improved: list[str] = strawberry.field(description="Controls that it improves, such as ISO 27001 A.8.7.")
    approved_by: User | None = strawberry.field(description="Who approved it; never who led it.")
    approved_at: datetime | None = strawberry.field(description="When it was approved; null while it is not.")
    created_by: User | None = strawberry.field(description="Who began it.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")

    row: strawberry.Private[ReviewRow]

    @strawberry.field(description="Other incidents that it is about too, by id; of these the ones that you see.")
    async def covers(self, info: Info) -> list[strawberry.ID]:
        found = await info.context.incidents.load_many(self.row.covers)
        return [strawberry.ID(str(each.id)) for each in found if each is not None]

    @classmethod
    def from_row(cls, row: ReviewRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            status=ReviewStatusType[row.status],
            facilitator=stub(User, row.facilitator_id),
            participants=[User(id=strawberry.ID(str(each))) for each in row.participant_ids],
            root_causes=[
                RootCause(category=RootCauseCategory[each["category"]], text=each["text"], whys=each["whys"])
                for each in row.root_causes
            ],
            approved_by=stub(User, row.approved_by_id),
            created_by=stub(User, row.created_by_id),
            row=row,
            **{name: getattr(row, name) for name in (*SECTIONS, *_AS_STORED)},
        )


_AS_STORED = ("meeting_at", "controls_improved", "approved_at", "created_at", "version")


@strawberry.type(description="What the sections of a new review begin with; Markdown.")
class IncidentReviewTemplate:
    summary: str | None = strawberry.field(description="The summary.")
    timeline_narrative: str | None = strawberry.field(description="What happened when.")
    impact: str | None = strawberry.field(description="What it did.")
    contributing_factors: str | None = strawberry.field(description="What made it worse or likelier.")
    went_well: str | None = strawberry.field(description="What went well.")
    went_badly: str | None = strawberry.field(description="What went badly.")
    lucky: str | None = strawberry.field(description="Where we were lucky.")
    detection_gap: str | None = strawberry.field(description="What kept it from being noticed earlier.")

    @classmethod
    def of(cls, template: Mapping[str, str]) -> Self:
        return cls(**{section: template.get(section) for section in SECTIONS})


@strawberry.type(description="Which incidents of a company need a review, until when, and how reviews begin.")
class IncidentReviewPolicy:
    required_from_rank: int | None = strawberry.field(
        description="The rank of severity from which on a review is needed; null when none ever is."
    )
    due_days: int = strawberry.field(description="How many days after it was resolved an incident's review is due.")
    template: IncidentReviewTemplate = strawberry.field(description="What the sections of a new review begin with.")
    usual: bool = strawberry.field(description="Whether this is the usual policy, or the company has set its own.")
    version: int = strawberry.field(description="Counts its changes from 0; hand it to `expectedVersion`.")

    @classmethod
    def of(cls, row: ReviewPolicyRow | None) -> Self:
        return cls(
            required_from_rank=USUAL.from_rank if row is None else row.from_rank,
            due_days=USUAL.due_days if row is None else row.due_days,
            template=IncidentReviewTemplate.of({} if row is None else row.template),
            usual=row is None or row.version == 0,
            version=0 if row is None else row.version,
        )


@strawberry.type(description="A change of what a company asks of reviews: who, when, what.")
class IncidentReviewPolicyChange:
    version: int = strawberry.field(description="The policy's version after it.")
    at: datetime = strawberry.field(description="When it was made.")
    actor: User | None = strawberry.field(description="Who made it; null when the registry itself did.")
    changes: list[FieldChange] = strawberry.field(description="The fields that changed.")

    @classmethod
    def from_row(cls, row: ReviewPolicyChangeRow) -> Self:
        named = {_SHOWN.get(name, name): both for name, both in row.changes.items()}
        return cls(
            version=row.version,
            at=row.at,
            actor=User(id=strawberry.ID(str(row.actor_id))) if row.actor_kind in _PERSONS else None,
            changes=changes_of(named),
        )


_SHOWN = {"from_rank": "required_from_rank"}
