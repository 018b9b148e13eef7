"""What callers may ask lists for."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from chassis.graphql.inputs import to_uuids
from services.access.persistence.api_keys import ApiKeyFilter
from services.access.persistence.companies import CompanyFilter
from services.access.persistence.users import UserFilter


@strawberry.input(
    name="CompanyFilter", description="All given conditions must hold; each list means any of its members."
)
class CompanyFilterInput:
    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="With one of these ids.")
    codes: list[str] | None = strawberry.field(default=None, description="With one of these codes.")
    names: list[str] | None = strawberry.field(default=None, description="With exactly one of these names.")
    search: str | None = strawberry.field(default=None, description="With this in the name or the code.")

    def to_filter(self) -> CompanyFilter:
        return CompanyFilter(ids=_ids(self.ids, "ids"), codes=self.codes, names=self.names, search=self.search)


@strawberry.input(name="UserFilter", description="All given conditions must hold; each list means any of its members.")
class UserFilterInput:
    company_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Who may do anything in one of these companies."
    )
    search: str | None = strawberry.field(default=None, description="With this in the name or the mail address.")

    def to_filter(self) -> UserFilter:
        return UserFilter(company_ids=_ids(self.company_ids, "company_ids"), search=self.search)


@strawberry.input(name="ApiKeyFilter", description="All given conditions must hold.")
class ApiKeyFilterInput:
    user_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these users.")
    search: str | None = strawberry.field(default=None, description="With this in the name or the prefix.")
    revoked: bool | None = strawberry.field(default=None, description="Only revoked ones, or only those that are not.")

    def to_filter(self) -> ApiKeyFilter:
        return ApiKeyFilter(user_ids=_ids(self.user_ids, "user_ids"), search=self.search, revoked=self.revoked)


def _ids(given: Sequence[strawberry.ID] | None, name: str) -> list[UUID] | None:
    return None if given is None else to_uuids(given, "filter", name)
