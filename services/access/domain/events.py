"""What this service tells the others: ids only; who needs more asks for it."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyChanged:
    """It was made, or something of it is another now. Subject: the company."""

    type: ClassVar[str] = "company.changed.v1"
    company_id: UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentChanged:
    """It was made, renamed, moved in the tree, or is no longer in use. Subject: the department."""

    type: ClassVar[str] = "department.changed.v1"
    department_id: UUID
    company_id: UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChanged:
    """It was made, edited, or is no longer in use. Subject: the site."""

    type: ClassVar[str] = "site.changed.v1"
    site_id: UUID
    company_id: UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanged:
    """Its name, its members, or whether it is in use are others now. Subject: the team."""

    type: ClassVar[str] = "team.changed.v1"
    team_id: UUID
    company_id: UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersChanged:
    """Their names, addresses or rights are others now. Subject: the user, or the group that changed."""

    type: ClassVar[str] = "users.changed.v1"
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantsChanged:
    """Their rights or keys are others now: forget what you know. Subject: the group or the key that changed."""

    type: ClassVar[str] = "grants.changed.v1"
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """Subject: the session."""

    type: ClassVar[str] = "session.ended.v1"
    user_id: UUID
