"""Creating a department."""

from typing import Annotated

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import Reference, to_key, to_uuid
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.department_payload import DepartmentPayload, department_payload
from services.access.persistence.rows import DepartmentRow
from services.access.usecases.create_department import CreateDepartment, create_department


@strawberry.input(description="A new department.")
class CreateDepartmentInput:
    company: Reference = strawberry.field(description="The company it is part of.")
    name: str = strawberry.field(description="Its name, 1 to 200 characters.")
    code: str | None = strawberry.field(
        default=None,
        description="Up to 20 letters A to Z, digits, or . _ -; in a company each has another.",
    )
    parent_id: strawberry.ID | None = strawberry.field(
        default=None, description="The department it is part of; left out, it stands at the top."
    )


@strawberry.type
class CreateDepartmentMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Creates a department of a company that you manage.", rights="access.manage in the company."
        ),
    )
    async def create_department(
        self,
        info: Info,
        input: Annotated[CreateDepartmentInput, strawberry.argument(description="The new department.")],
    ) -> DepartmentPayload | None:
        return await department_payload(_create(input, info.context))


async def _create(source: CreateDepartmentInput, context: Context) -> DepartmentRow:
    command = CreateDepartment(
        company=to_key(source.company, "company"),
        name=source.name,
        code=source.code,
        parent_id=None if source.parent_id is None else to_uuid(source.parent_id, "parent_id"),
    )
    async with context.work() as work:
        return await create_department(command, work)
