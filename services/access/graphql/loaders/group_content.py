"""Which companies, or which members, do these groups have?"""

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader
from services.access.persistence.contents import Contents, R
from services.access.persistence.group_content import companies_in_sight, every_member
from services.access.persistence.rows import CompanyRow, UserRow


def group_companies(read: OpenRead, actor: Actor) -> PagesLoader[CompanyRow]:
    return _loader(read, companies_in_sight(actor))


def group_members(read: OpenRead) -> PagesLoader[UserRow]:
    return _loader(read, every_member())


def _loader(read: OpenRead, content: Contents[R]) -> PagesLoader[R]:
    """By name, behind a key of name and id."""
    return PagesLoader(read, content.pages, content.counts)
