"""The payload of mutations that change one company."""

from collections.abc import Awaitable

import strawberry

from chassis.errors import Refusal
from chassis.graphql.refusals import UserError, user_error
from services.access.graphql.types.company import Company
from services.access.persistence.rows import CompanyRow
from services.access.usecases.versions import current


@strawberry.type(description="What came of a change to a company.")
class CompanyPayload:
    company: Company | None = strawberry.field(
        description="The company after the change; on CONFLICT of versions as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


async def company_payload(change: Awaitable[CompanyRow]) -> CompanyPayload:
    try:
        return CompanyPayload(company=Company.from_row(await change), errors=[])
    except Refusal as refusal:
        now = current(refusal, CompanyRow, Company.from_row)
        return CompanyPayload(company=now, errors=[user_error(refusal)])
