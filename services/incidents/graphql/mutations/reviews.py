"""Reviewing incidents."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, given, to_uuid, to_uuids
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.reviews import ReviewStatus
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current_part
from services.incidents.graphql.types.change import FieldConflict
from services.incidents.graphql.types.review import IncidentReview, ReviewStatusType, RootCauseCategory
from services.incidents.persistence.review_rows import ReviewRow
from services.incidents.usecases.change_review_status import ChangeReviewStatus, change_review_status
from services.incidents.usecases.edit_review import EditReview, StaleReview, edit_review
from services.incidents.usecases.start_review import StartReview, start_review

_EDIT: Final = CompanyScope(permission=permissions.EDIT)
_RIGHTS: Final = "incident.edit in the incident's company; restricted: members or incident.view_restricted."
_TEXT: Final = "up to 20,000 characters; Markdown."


@strawberry.input(description="The incident to review.")
class StartIncidentReviewInput:
    incident_id: strawberry.ID = strawberry.field(description="The incident.")
    facilitator_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who leads it; a user who may see the incident."
    )


@strawberry.input(description="Why an incident could happen.")
class RootCauseInput:
    category: RootCauseCategory = strawberry.field(description="What kind of cause it is.")
    text: str = strawberry.field(description=f"The cause, {_TEXT}")
    whys: list[str] = strawberry.field(
        default_factory=list, description="The answers to asking why, up to 10 of up to 2,000 characters."
    )


@strawberry.input(description="Changes to a review; what is left out stays as it is, null empties it.")
class EditIncidentReviewInput:
    id: strawberry.ID = strawberry.field(description="The review.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    facilitator_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Who leads it; a user who may see the incident."
    )
    participant_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Who takes part, up to 50 who may see the incident."
    )
    meeting_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="When they meet, or met.")
    summary: str | None = strawberry.field(default=strawberry.UNSET, description=f"In short, {_TEXT}")
    timeline_narrative: str | None = strawberry.field(default=strawberry.UNSET, description=f"What when, {_TEXT}")
    impact: str | None = strawberry.field(default=strawberry.UNSET, description=f"What it did, {_TEXT}")
    root_causes: list[RootCauseInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Why it could happen, all causes, up to 20."
    )
    contributing_factors: str | None = strawberry.field(
        default=strawberry.UNSET, description=f"What made it worse or likelier, {_TEXT}"
    )
    went_well: str | None = strawberry.field(default=strawberry.UNSET, description=f"What went well, {_TEXT}")
    went_badly: str | None = strawberry.field(default=strawberry.UNSET, description=f"What went badly, {_TEXT}")
    lucky: str | None = strawberry.field(default=strawberry.UNSET, description=f"Where we were lucky, {_TEXT}")
    detection_gap: str | None = strawberry.field(
        default=strawberry.UNSET, description=f"What kept it from being noticed earlier, {_TEXT}"
    )
    controls_improved: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Controls that it improves, up to 50 of up to 64 characters."
    )
    covers: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Other incidents of the company that it is about too, up to 50, none of them restricted.",
    )


@strawberry.input(description="How far a review shall be.")
class ChangeIncidentReviewStatusInput:
    id: strawberry.ID = strawberry.field(description="The review.")
    status: ReviewStatusType = strawberry.field(description="The next status, or the one before.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Beginning: TypeAlias = Annotated[StartIncidentReviewInput, strawberry.argument(description="Of what, and led by whom.")]
Edit: TypeAlias = Annotated[EditIncidentReviewInput, strawberry.argument(description="Which one, and its new values.")]
Step: TypeAlias = Annotated[ChangeIncidentReviewStatusInput, strawberry.argument(description="Which one, and how far.")]


@strawberry.type(description="What came of a change to a review.")
class IncidentReviewPayload:
    review: IncidentReview | None = strawberry.field(
        description="The review after the change; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")
    conflicts: list[FieldConflict] = strawberry.field(
        default_factory=list, description="On CONFLICT of an edit the fields that you want otherwise than they are now."
    )


@strawberry.type
class ReviewMutations:
    @strawberry.mutation(
        directives=[_EDIT],
        description=described("Begins the review of an incident from its company's template.", rights=_RIGHTS),
    )
    async def start_incident_review(self, info: Info, input: Beginning) -> IncidentReviewPayload | None:
        return await _payload(_start(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT], description=described("Writes a review, unless it was approved.", rights=_RIGHTS)
    )
    async def edit_incident_review(self, info: Info, input: Edit) -> IncidentReviewPayload | None:
        return await _payload(_edit(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT],
        description=described(
            "Hands a review on to be agreed upon, approves it, or takes it back. Who leads it does not approve it.",
            rights=f"{_RIGHTS} To approve, and to take that back, takes incident.close too.",
        ),
    )
    async def change_incident_review_status(self, info: Info, input: Step) -> IncidentReviewPayload | None:
        return await _payload(_change(input, info.context))


async def _start(source: StartIncidentReviewInput, context: Context) -> ReviewRow:
    facilitator = None if source.facilitator_id is None else to_uuid(source.facilitator_id, "facilitator_id")
    command = StartReview(incident_id=to_uuid(source.incident_id, "incident_id"), facilitator_id=facilitator)
    await context.projections.ensure(context.actor, users=[] if facilitator is None else [facilitator])
    async with context.work() as work:
        return await start_review(command, work)


async def _edit(source: EditIncidentReviewInput, context: Context) -> ReviewRow:
    values = _values(source)
    people = {*values.get("participant_ids", ()), values.get("facilitator_id")} - {None}
    await context.projections.ensure(context.actor, users=people)
    command = EditReview(review_id=to_uuid(source.id, "id"), expected_version=source.expected_version, values=values)
    async with context.work() as work:
        return await edit_review(command, work)


async def _change(source: ChangeIncidentReviewStatusInput, context: Context) -> ReviewRow:
    command = ChangeReviewStatus(
        review_id=to_uuid(source.id, "id"),
        status=ReviewStatus(source.status.name),
        expected_version=source.expected_version,
    )
    async with context.work() as work:
        return await change_review_status(command, work)


def _values(source: EditIncidentReviewInput) -> dict[str, Any]:
    """What the caller wrote of the fields, ids as such."""
    values = {name: value for name, value in given(source).items() if name not in ("id", "expected_version")}
    for name in ("participant_ids", "covers"):
        if name in values:
            values[name] = to_uuids(values[name] or (), name)
    if values.get("facilitator_id") is not None:
        values["facilitator_id"] = to_uuid(values["facilitator_id"], "facilitator_id")
    if values.get("root_causes") is not None:
        values["root_causes"] = [
            {"category": each.category.name, "text": each.text, "whys": each.whys} for each in values["root_causes"]
        ]
    return values


async def _payload(change: Awaitable[ReviewRow]) -> IncidentReviewPayload:
    try:
        return IncidentReviewPayload(review=IncidentReview.from_row(await change), errors=[])
    except Refusal as refusal:
        return IncidentReviewPayload(
            review=current_part(refusal, ReviewRow, IncidentReview.from_row),
            errors=[user_error(refusal)],
            conflicts=_conflicts(refusal),
        )


def _conflicts(refusal: Refusal) -> list[FieldConflict]:
    if not isinstance(refusal, StaleReview):
        return []
    return [FieldConflict.of(name, *both) for name, both in refusal.conflicts.items()]
