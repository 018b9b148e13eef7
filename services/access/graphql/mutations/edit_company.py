"""Changing a company."""

from typing import Annotated, Final

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, Reference, to_key
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.company_payload import CompanyPayload, company_payload
from services.access.graphql.mutations.values import new_values
from services.access.persistence.rows import CompanyRow
from services.access.usecases.edit_company import EditCompany, edit_company

_KEPT: Final = ("name", "time_zone", "default_locale", "fiscal_year_start_month", "active")
_REMOVABLE: Final = ("country",)


@strawberry.input(description="Changes to a company; what is left out stays as it is. Its code stays for ever.")
class EditCompanyInput:
    company: Reference = strawberry.field(description="The company.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: str | None = strawberry.field(
        default=None, description="A new name; needs the permission in every company, because names are unique."
    )
    country: str | None = strawberry.field(
        default=strawberry.UNSET, description="Two letters of ISO 3166; null for none."
    )
    time_zone: str | None = strawberry.field(default=None, description="Such as Europe/Berlin.")
    default_locale: str | None = strawberry.field(default=None, description="Such as de-AT.")
    fiscal_year_start_month: int | None = strawberry.field(
        default=None, description="The month, 1 to 12, in which its fiscal years start."
    )
    active: bool | None = strawberry.field(default=None, description="Whether new incidents may be registered for it.")


@strawberry.type
class EditCompanyMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Changes a company that you manage.",
            rights="access.manage in the company; a new name takes it in every company.",
        ),
    )
    async def edit_company(
        self,
        info: Info,
        input: Annotated[EditCompanyInput, strawberry.argument(description="What shall be otherwise.")],
    ) -> CompanyPayload | None:
        return await company_payload(_edit(input, info.context))


async def _edit(source: EditCompanyInput, context: Context) -> CompanyRow:
    command = EditCompany(
        company=to_key(source.company, "company"),
        expected_version=source.expected_version,
        values=new_values(source, kept=_KEPT, removable=_REMOVABLE),
    )
    async with context.work() as work:
        return await edit_company(command, work)
