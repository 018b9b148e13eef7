"""The tables of this service, by topic."""

from services.access.persistence.rows.base import Base
from services.access.persistence.rows.companies import (
    CompanyRow,
    DepartmentRow,
    SiteRow,
    TeamMemberRow,
    TeamRow,
    UnitRow,
    UserDepartmentRow,
)
from services.access.persistence.rows.credentials import ApiKeyRow, AttemptRow, ScopeRow, SessionRow
from services.access.persistence.rows.history import AccessChangeCountRow, AccessChangeRow
from services.access.persistence.rows.identities import IdentityRow, IdentitySessionRow
from services.access.persistence.rows.people import GroupCompanyRow, GroupMemberRow, GroupRow, UserRow

__all__ = [
    "AccessChangeCountRow",
    "AccessChangeRow",
    "ApiKeyRow",
    "AttemptRow",
    "Base",
    "CompanyRow",
    "DepartmentRow",
    "GroupCompanyRow",
    "GroupMemberRow",
    "GroupRow",
    "IdentityRow",
    "IdentitySessionRow",
    "ScopeRow",
    "SessionRow",
    "SiteRow",
    "TeamMemberRow",
    "TeamRow",
    "UnitRow",
    "UserDepartmentRow",
    "UserRow",
]
