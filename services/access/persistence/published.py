"""What other services may know of companies and users for their own projections."""

from sqlalchemy import ARRAY, Uuid, exists, func, literal, select

from chassis.database import Database
from chassis.publication import Publication, TablePublication
from services.access.domain.permissions import VIEW_INCIDENTS
from services.access.persistence.rows import CompanyRow, GroupCompanyRow, GroupMemberRow, GroupRow, UserRow

_COMPANIES = select(
    CompanyRow.id,
    CompanyRow.version,
    CompanyRow.code,
    CompanyRow.name,
    CompanyRow.active,
    CompanyRow.default_locale,
    CompanyRow.time_zone,
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


def users(database: Database) -> Publication:
    return TablePublication(database, _USERS, id=UserRow.id)
