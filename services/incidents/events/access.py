"""Keeping the copies of companies, what they consist of, and users current."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.subscriptions import Delivery
from services.incidents.events import subscriptions
from services.incidents.persistence.projections import Projections


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyChanged:
    company_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersChanged:
    user_ids: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentChanged:
    department_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChanged:
    site_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanged:
    team_id: UUID


@subscriptions.on("access", "company.changed.v1", CompanyChanged)
async def refresh_company(delivery: Delivery[CompanyChanged], work: UnitOfWork, projections: Projections) -> None:
    await projections.companies.refresh([delivery.data.company_id], work.session)


@subscriptions.on("access", "users.changed.v1", UsersChanged)
async def refresh_users(delivery: Delivery[UsersChanged], work: UnitOfWork, projections: Projections) -> None:
    await projections.users.refresh(delivery.data.user_ids, work.session)


@subscriptions.on("access", "department.changed.v1", DepartmentChanged)
async def refresh_department(delivery: Delivery[DepartmentChanged], work: UnitOfWork, projections: Projections) -> None:
    await projections.departments.refresh([delivery.data.department_id], work.session)


@subscriptions.on("access", "site.changed.v1", SiteChanged)
async def refresh_site(delivery: Delivery[SiteChanged], work: UnitOfWork, projections: Projections) -> None:
    await projections.sites.refresh([delivery.data.site_id], work.session)


@subscriptions.on("access", "team.changed.v1", TeamChanged)
async def refresh_team(delivery: Delivery[TeamChanged], work: UnitOfWork, projections: Projections) -> None:
    await projections.teams.refresh([delivery.data.team_id], work.session)
