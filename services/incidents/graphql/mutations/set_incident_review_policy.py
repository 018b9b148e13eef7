"""Setting what a company asks of reviews."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, Reference, given, to_key
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.types.review import IncidentReviewPolicy
from services.incidents.persistence.review_rows import ReviewPolicyRow
from services.incidents.usecases.set_review_policy import SetReviewPolicy, set_review_policy


@strawberry.input(description="What sections of new reviews begin with; what is left out stays, null empties it.")
class IncidentReviewTemplateInput:
    summary: str | None = strawberry.field(default=strawberry.UNSET, description="The summary.")
    timeline_narrative: str | None = strawberry.field(default=strawberry.UNSET, description="What happened when.")
    impact: str | None = strawberry.field(default=strawberry.UNSET, description="What it did.")
    contributing_factors: str | None = strawberry.field(
        default=strawberry.UNSET, description="What made it worse or likelier."
    )
    went_well: str | None = strawberry.field(default=strawberry.UNSET, description="What went well.")
    went_badly: str | None = strawberry.field(default=strawberry.UNSET, description="What went badly.")
    lucky: str | None = strawberry.field(default=strawberry.UNSET, description="Where we were lucky.")
    detection_gap: str | None = strawberry.field(
        default=strawberry.UNSET, description="What kept it from being noticed earlier."
    )


@strawberry.input(description="What to ask of reviews; what is left out stays as it is.")
class SetIncidentReviewPolicyInput:
    company: Reference = strawberry.field(description="The company.")
    required_from_rank: int | None = strawberry.field(
        default=strawberry.UNSET, description="The rank of severity from which on a review is needed; null: never."
    )
    due_days: int | None = strawberry.field(
        default=strawberry.UNSET, description="How many days after it was resolved it is due, 1 to 365."
    )
    template: IncidentReviewTemplateInput | None = strawberry.field(
        default=None, description="What the sections of a new review begin with, each up to 20,000 characters."
    )
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Setting: TypeAlias = Annotated[SetIncidentReviewPolicyInput, strawberry.argument(description="Of whom, and what.")]


@strawberry.type(description="What came of setting a policy of reviews.")
class SetIncidentReviewPolicyPayload:
    policy: IncidentReviewPolicy | None = strawberry.field(description="The policy as it is now; null when refused.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class SetIncidentReviewPolicyMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE_GATES)],
        description=described(
            "Sets which incidents of a company need a review, until when, and how reviews begin.",
            rights="directory.manage in the company.",
        ),
    )
    async def set_incident_review_policy(self, info: Info, input: Setting) -> SetIncidentReviewPolicyPayload | None:
        try:
            policy = await _set(input, info.context)
        except Refusal as refusal:
            return SetIncidentReviewPolicyPayload(policy=None, errors=[user_error(refusal)])
        return SetIncidentReviewPolicyPayload(policy=IncidentReviewPolicy.of(policy), errors=[])


async def _set(source: SetIncidentReviewPolicyInput, context: Context) -> ReviewPolicyRow:
    told = given(source)
    command = SetReviewPolicy(
        company=to_key(source.company, "company"),
        values={name: told[name] for name in ("required_from_rank", "due_days") if name in told},
        template={} if source.template is None else given(source.template),
        expected_version=source.expected_version,
    )
    await context.projections.ensure(context.actor, companies=[command.company])
    async with context.work() as work:
        return await set_review_policy(command, work)
