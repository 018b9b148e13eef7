"""What other services may know of companies, what they consist of, and users for their own projections."""

from sqlalchemy import ARRAY, Uuid, exists, func, literal, select

from chassis.database import Database
from chassis.publication import Publication, TablePublication
from services.access.domain.permissions import VIEW_INCIDENTS
from services.access.persistence.rows import (
    CompanyRow,
    DepartmentRow,
    GroupCompanyRow,
    GroupMemberRow,
    GroupRow,
    SiteRow,
    TeamMemberRow,
    TeamRow,
    UserRow,
)
from services.access.persistence.units import UNITS

_COMPANIES = select(
    CompanyRow.id,
    CompanyRow.version,
    CompanyRow.code,
    CompanyRow.name,
    CompanyRow.active,
    CompanyRow.default_locale,
    CompanyRow.time_zone,
)
_DEPARTMENTS = select(
    DepartmentRow.id,
    DepartmentRow.version,
    DepartmentRow.company_id,
    DepartmentRow.parent_id,
    DepartmentRow.name,
    DepartmentRow.code,
    DepartmentRow.active,
)
_SITES = select(SiteRow.id, SiteRow.version, SiteRow.company_id, SiteRow.name, SiteRow.country, SiteRow.active)
_TEAMS = select(
    TeamRow.id,
    TeamRow.version,
    TeamRow.company_id,
    TeamRow.name,
    TeamRow.active,
    func.array(
        select(TeamMemberRow.user_id)
        .where(TeamMemberRow.team_id == TeamRow.id)
        .order_by(TeamMemberRow.user_id)
        .scalar_subquery(),
        type_=ARRAY(Uuid()),
    ).label("member_ids"),
)
_SEES_INCIDENTS = (
    GroupMemberRow.user_id == UserRow.id,
    GroupRow.id == GroupMemberRow.group_id,
    literal(VIEW_INCIDENTS) == func.any(GroupRow.permissions),
)
_USERS = select(
    UserRow.id,
    UserRow.version,
    UserRow.name,
    UserRow.email,
    UserRow.locale,
    UserRow.active,
    exists().where(*_SEES_INCIDENTS, GroupRow.every_company).label("every_company"),
    func.array(
        select(GroupCompanyRow.company_id)
        .distinct()
        .where(*_SEES_INCIDENTS, GroupCompanyRow.group_id == GroupRow.id)
        .order_by(GroupCompanyRow.company_id)
        .scalar_subquery(),
        type_=ARRAY(Uuid()),
    ).label("company_ids"),
)


def companies(database: Database) -> Publication:
    return TablePublication(database, _COMPANIES, id=CompanyRow.id, code=CompanyRow.code)


def departments(database: Database) -> Publication:
    """By id only: a code names a department within its company."""
    return TablePublication(database, _DEPARTMENTS, id=DepartmentRow.id, through=(UNITS,))


def sites(database: Database) -> Publication:
    return TablePublication(database, _SITES, id=SiteRow.id, through=(UNITS,))


def teams(database: Database) -> Publication:
    """With all who were made members, also those who may do nothing in the company any more."""
    return TablePublication(database, _TEAMS, id=TeamRow.id, through=(UNITS,))


def users(database: Database) -> Publication:
    return TablePublication(database, _USERS, id=UserRow.id)
