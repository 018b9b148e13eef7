"""The payload of mutations that change one department."""

from collections.abc import Awaitable

import strawberry

from chassis.errors import Refusal
from chassis.graphql.refusals import UserError, user_error
from services.access.graphql.types.department import Department
from services.access.persistence.rows import DepartmentRow
from services.access.usecases.versions import current


@strawberry.type(description="What came of a change to a department.")
class DepartmentPayload:
    department: Department | None = strawberry.field(
        description="The department after the change; on CONFLICT of versions as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


async def department_payload(change: Awaitable[DepartmentRow]) -> DepartmentPayload:
    try:
        return DepartmentPayload(department=Department.from_row(await change), errors=[])
    except Refusal as refusal:
        now = current(refusal, DepartmentRow, Department.from_row)
        return DepartmentPayload(department=now, errors=[user_error(refusal)])
