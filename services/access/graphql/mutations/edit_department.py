"""Changing a department."""

from typing import Annotated, Any, Final

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.department_payload import DepartmentPayload, department_payload
from services.access.graphql.mutations.values import new_values
from services.access.persistence.rows import DepartmentRow
from services.access.usecases.edit_department import EditDepartment, edit_department

_KEPT: Final = ("name", "active")
_REMOVABLE: Final = ("code", "parent_id")


@strawberry.input(description="Changes to a department; what is left out stays as it is.")
class EditDepartmentInput:
    id: strawberry.ID = strawberry.field(description="The department.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: str | None = strawberry.field(default=None, description="A new name, 1 to 200 characters.")
    code: str | None = strawberry.field(default=strawberry.UNSET, description="A new code; null for none.")
    parent_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Where it moves, with all below it; null for the top."
    )
    active: bool | None = strawberry.field(
        default=None, description="Whether it is in use; what is not can no longer be chosen."
    )


@strawberry.type
class EditDepartmentMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Changes a department, or moves it in its company's tree.", rights="access.manage in its company."
        ),
    )
    async def edit_department(
        self,
        info: Info,
        input: Annotated[EditDepartmentInput, strawberry.argument(description="What shall be otherwise.")],
    ) -> DepartmentPayload | None:
        return await department_payload(_edit(input, info.context))


async def _edit(source: EditDepartmentInput, context: Context) -> DepartmentRow:
    command = EditDepartment(
        department_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        values=_values(source),
    )
    async with context.work() as work:
        return await edit_department(command, work)


def _values(source: EditDepartmentInput) -> dict[str, Any]:
    found = new_values(source, kept=_KEPT, removable=_REMOVABLE)
    if found.get("parent_id") is not None:
        found["parent_id"] = to_uuid(found["parent_id"], "parent_id")
    return found
