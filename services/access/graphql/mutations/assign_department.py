"""Putting a user into a department."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import Reference, to_key, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.types.user import User
from services.access.persistence.rows import UserRow
from services.access.persistence.users import SeenUser
from services.access.usecases.assign_department import AssignDepartment, assign_department
from services.access.usecases.versions import current


@strawberry.input(description="In which department of a company a user works.")
class AssignDepartmentInput:
    user_id: strawberry.ID = strawberry.field(description="The user, who holds some right in the company.")
    company: Reference = strawberry.field(description="The company; you manage access in it.")
    department_id: strawberry.ID | None = strawberry.field(
        default=None, description="One of its departments; left out, the user is in none of them any more."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The version of the user that you have seen; another one now is a CONFLICT."
    )


@strawberry.type(description="What came of it.")
class AssignDepartmentPayload:
    user: User | None = strawberry.field(
        description="The user after the change; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class AssignDepartmentMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Puts a user into a department of a company, in place of the one there was.",
            rights="access.manage in the company; the user holds some right there.",
        ),
    )
    async def assign_department(
        self,
        info: Info,
        input: Annotated[AssignDepartmentInput, strawberry.argument(description="Who works where.")],
    ) -> AssignDepartmentPayload | None:
        try:
            row = await _assign(input, info.context)
        except Refusal as refusal:
            return AssignDepartmentPayload(user=current(refusal, UserRow, _shown), errors=[user_error(refusal)])
        return AssignDepartmentPayload(user=_shown(row), errors=[])


async def _assign(source: AssignDepartmentInput, context: Context) -> UserRow:
    command = AssignDepartment(
        user_id=to_uuid(source.user_id, "user_id"),
        company=to_key(source.company, "company"),
        department_id=None if source.department_id is None else to_uuid(source.department_id, "department_id"),
        expected_version=source.expected_version,
    )
    async with context.work() as work:
        return await assign_department(command, work)


def _shown(row: UserRow) -> User:
    """Who manages a company in which the user works may know the details."""
    return User.from_seen(SeenUser(row, in_detail=True))
