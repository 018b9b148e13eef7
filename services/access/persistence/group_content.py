"""The companies and the members of groups."""

from sqlalchemy import select

from chassis.access import Actor
from chassis.rowsecurity import among
from services.access.persistence.contents import Contents
from services.access.persistence.rows import CompanyRow, GroupCompanyRow, GroupMemberRow, UserRow


def companies_in_sight(actor: Actor) -> Contents[CompanyRow]:
    linked = select(CompanyRow).join(GroupCompanyRow, GroupCompanyRow.company_id == CompanyRow.id)
    return Contents(CompanyRow, GroupCompanyRow.group_id, linked.where(among(CompanyRow.id, actor.anywhere())))


def every_member() -> Contents[UserRow]:
    """Who sees a group manages one of its companies, and so its members."""
    linked = select(UserRow).join(GroupMemberRow, GroupMemberRow.user_id == UserRow.id)
    return Contents(UserRow, GroupMemberRow.group_id, linked)
