"""What reviews add to an incident and to a company."""

from datetime import datetime

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.review import IncidentReview, IncidentReviewPolicy, IncidentReviewPolicyChange
from services.incidents.persistence.rows import IncidentRow


@strawberry.type
class ReviewOfIncident:
    row: strawberry.Private[IncidentRow]

    @strawberry.field(description="What was learned from it; null while nobody has begun its review.")
    async def review(self, info: Info) -> IncidentReview | None:
        row = await info.context.reviews.own.load(self.row.id)
        return None if row is None else IncidentReview.from_row(row)

    @strawberry.field(
        description="Whether it needs an approved review: by its severity, and once it is resolved by that at the time."
    )
    async def review_required(self, info: Info) -> bool:
        need = await info.context.reviews.needs.load(self.row.id)
        return need is not None and need.needed

    @strawberry.field(description="Until when its review is to be approved; null where none is needed, or not yet.")
    def review_due_at(self) -> datetime | None:
        return self.row.review_due_at


@strawberry.type
class ReviewPolicyOfCompany:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW)],
        description=described(
            "Which of the company's incidents need a review, until when, and how reviews begin.",
            rights="incident.view in the company.",
        ),
    )
    async def incident_review_policy(self, info: Info) -> IncidentReviewPolicy | None:
        company = to_uuid(self.id, "id")
        if not info.context.actor.may(permissions.VIEW, company):
            return None
        return IncidentReviewPolicy.of(await info.context.reviews.policies.load(company))

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW)],
        description=described(
            "The last hundred changes of that policy, newest first.", rights="incident.view in the company."
        ),
    )
    async def incident_review_policy_changes(self, info: Info) -> list[IncidentReviewPolicyChange] | None:
        rows = await info.context.reviews.policy_changes.load(to_uuid(self.id, "id")) or ()
        return [IncidentReviewPolicyChange.from_row(row) for row in rows]
