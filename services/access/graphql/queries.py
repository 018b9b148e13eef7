"""Reading companies, users and groups."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.errors import Invalid
from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Info
from services.access.graphql.types.api_key import ApiKey
from services.access.graphql.types.company import Company, company_page
from services.access.graphql.types.company_user import Choice, CompanyUser, company_user_page
from services.access.graphql.types.filters import ApiKeyFilterInput, CompanyFilterInput, UserFilterInput
from services.access.graphql.types.group import Group
from services.access.graphql.types.me import Me
from services.access.graphql.types.pages import page_by_name
from services.access.graphql.types.user import User
from services.access.persistence.api_keys import ApiKeyFilter, ApiKeys
from services.access.persistence.companies import Companies, CompanyFilter
from services.access.persistence.groups import Groups
from services.access.persistence.users import SeenUser, UserFilter, Users

_USERS = CompanyScope(permission=permissions.MANAGE, argument="filter.companyIds")
_MANAGERS = CompanyScope(permission=permissions.MANAGE)

Id: TypeAlias = Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")]
Code: TypeAlias = Annotated[str | None, strawberry.argument(description="Its code.")]
WhichCompanies: TypeAlias = Annotated[CompanyFilterInput | None, strawberry.argument(description="Which companies.")]
WhichUsers: TypeAlias = Annotated[UserFilterInput | None, strawberry.argument(description="Which users.")]


Purpose: TypeAlias = Annotated[
    str,
    strawberry.argument(
        description="What you choose them for: incident.add, incident.edit, incident.send_mail or access.manage."
    ),
]
Search: TypeAlias = Annotated[str | None, strawberry.argument(description="With this in the name or the mail address.")]
WhichKeys: TypeAlias = Annotated[ApiKeyFilterInput | None, strawberry.argument(description="Which keys.")]


@strawberry.type
class Query:
    @strawberry.federation.field(
        authenticated=True,
        description=described("Who you are and what you may do.", rights="everybody for themselves."),
    )
    def me(self) -> Me | None:
        return Me()

    @strawberry.federation.field(
        authenticated=True,
        description=described(
            "One company in which you hold any permission, by `id` or by `code`.",
            rights="the companies in which one holds any permission.",
        ),
    )
    async def company(self, info: Info, id: Id = None, code: Code = None) -> Company | None:
        if (id is None) == (code is None):
            raise Invalid("Give either id or code.", field=("id",))
        if id is not None:
            row = await info.context.companies.load(to_uuid(id, "id"))
        else:
            async with info.context.read() as session:
                row = await Companies(session, info.context.actor).by_code(code or "")
        return None if row is None else Company.from_row(row)

    @strawberry.federation.field(
        authenticated=True,
        description=described(
            "The companies in which you hold any permission, by name.",
            rights="the companies in which one holds any permission.",
        ),
    )
    async def companies(
        self,
        info: Info,
        filter: WhichCompanies = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Company] | None:
        wanted = CompanyFilter() if filter is None else filter.to_filter()
        return await company_page(wanted, page_by_name(first, after, last, before), info.context)

    @strawberry.field(
        directives=[_USERS],
        description=described(
            "The users who work in companies you manage, by name.",
            rights="users who work where one holds access.manage, those one has made who work nowhere yet, oneself.",
        ),
    )
    async def users(
        self,
        info: Info,
        filter: WhichUsers = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[User] | None:
        wanted = UserFilter() if filter is None else filter.to_filter()
        page, behind = page_by_name(first, after, last, before)
        async with info.context.read() as session:
            rows = await Users(session, info.context.actor).page(wanted, page.first, behind)

        async def count() -> int:
            async with info.context.read() as session:
                return await Users(session, info.context.actor).count(wanted)

        nodes = [(User.from_seen(SeenUser(row, in_detail=True)), (row.name, row.id)) for row in rows]
        return page.connection(Connection[User], nodes, count)

    @strawberry.federation.field(
        authenticated=True,
        description=described(
            "The people of a company in which you hold `permission`, by name: active, and able to see its "
            "incidents; for choosing a responsible person or the recipients of a mail.",
            rights="the permission that is named, in the company.",
        ),
    )
    async def company_users(
        self,
        info: Info,
        company_id: Annotated[strawberry.ID, strawberry.argument(description="The company.")],
        permission: Purpose,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[CompanyUser] | None:
        choice = Choice(to_uuid(company_id, "company_id"), permission, search)
        return await company_user_page(choice, page_by_name(first, after, last, before), info.context)

    @strawberry.field(
        directives=[_MANAGERS],
        description=described(
            "The groups that hold in companies you manage, by name.",
            rights="groups that hold in a company where one holds access.manage.",
        ),
    )
    async def groups(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Group] | None:
        page, behind = page_by_name(first, after, last, before)
        async with info.context.read() as session:
            rows = await Groups(session, info.context.actor).page(page.first, behind)

        async def count() -> int:
            async with info.context.read() as session:
                return await Groups(session, info.context.actor).count()

        return page.connection(Connection[Group], [(Group.from_row(row), (row.name, row.id)) for row in rows], count)

    @strawberry.field(
        directives=[_MANAGERS],
        description=described(
            "The API keys of the users in your care, and your own, by name.",
            rights="keys of users who work where one holds access.manage, and one's own.",
        ),
    )
    async def api_keys(
        self,
        info: Info,
        filter: WhichKeys = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ApiKey] | None:
        wanted = ApiKeyFilter() if filter is None else filter.to_filter()
        page, behind = page_by_name(first, after, last, before)
        async with info.context.read() as session:
            rows = await ApiKeys(session, info.context.actor).page(wanted, page.first, behind)

        async def count() -> int:
            async with info.context.read() as session:
                return await ApiKeys(session, info.context.actor).count(wanted)

        return page.connection(Connection[ApiKey], [(ApiKey.from_row(row), (row.name, row.id)) for row in rows], count)
