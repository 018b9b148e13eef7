"""Creating a company."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Info
from services.access.graphql.types.company import Company
from services.access.usecases.create_company import CreateCompany, create_company


@strawberry.input(description="A new company; only the name is required.")
class CreateCompanyInput:
    name: str = strawberry.field(description="Its name, 1 to 200 characters; no two companies have the same.")
    code: str | None = strawberry.field(
        default=None, description="Up to 12 letters A to Z and digits; left out, one is made from the name."
    )
    country: str | None = strawberry.field(default=None, description="Two letters of ISO 3166.")
    time_zone: str | None = strawberry.field(default=None, description="Such as Europe/Berlin; left out, UTC.")
    default_locale: str | None = strawberry.field(default=None, description="Such as de-AT; left out, en.")
    fiscal_year_start_month: int | None = strawberry.field(
        default=None, description="The month, 1 to 12, in which its fiscal years start; left out, January."
    )


@strawberry.type(description="What came of it.")
class CreateCompanyPayload:
    company: Company | None = strawberry.field(description="The company; null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class CreateCompanyMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Creates a company; needs the permission in every company.", rights="access.manage in every company."
        ),
    )
    async def create_company(
        self, info: Info, input: Annotated[CreateCompanyInput, strawberry.argument(description="The new company.")]
    ) -> CreateCompanyPayload | None:
        try:
            async with info.context.work() as work:
                row = await create_company(CreateCompany(**vars(input)), work)
        except Refusal as refusal:
            return CreateCompanyPayload(company=None, errors=[user_error(refusal)])
        return CreateCompanyPayload(company=Company.from_row(row), errors=[])
