"""Suggesting tags."""

from typing import Annotated, Final

import strawberry

from chassis.errors import Invalid
from chassis.graphql.connection import LONGEST_PAGE
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuids
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.details import LONGEST_TAG
from services.incidents.graphql.context import Info
from services.incidents.persistence.tags import companies_of, tags_in_use

_RIGHTS: Final = "incident.view in the company of each; restricted: members or incident.view_restricted."


@strawberry.type(description="A tag that incidents have.")
class IncidentTag:
    tag: str = strawberry.field(description="The tag.")
    number: int = strawberry.field(description="How many incidents that you may see have it.")


@strawberry.type
class TagQueries:
    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW, argument="companyIds")],
        description=described("Tags of the incidents you may see, the most used first.", rights=_RIGHTS),
    )
    async def incident_tags(
        self,
        info: Info,
        company_ids: Annotated[
            list[strawberry.ID] | None, strawberry.argument(description="In these companies; left out, in all.")
        ] = None,
        prefix: Annotated[str, strawberry.argument(description="What they begin with, as written.")] = "",
        first: Annotated[int, strawberry.argument(description=f"How many at most, 1 to {LONGEST_PAGE}.")] = 20,
    ) -> list[IncidentTag] | None:
        if not 1 <= first <= LONGEST_PAGE:
            raise Invalid(f"first must be between 1 and {LONGEST_PAGE}.", field=("first",))
        if len(prefix) > LONGEST_TAG or "\x00" in prefix:
            raise Invalid(f"A tag has at most {LONGEST_TAG} characters, and no NUL.", field=("prefix",))
        asked = None if company_ids is None else frozenset(to_uuids(company_ids, "company_ids"))
        actor = info.context.actor
        async with info.context.read() as session:
            found = await tags_in_use(companies_of(asked, actor), prefix, first, actor, session)
        return [IncidentTag(tag=each.tag, number=each.number) for each in found]
