"""Keeping the copies of companies and users current."""

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


@subscriptions.on("access", "company.changed.v1", CompanyChanged)
async def refresh_company(delivery: Delivery[CompanyChanged], work: UnitOfWork, projections: Projections) -> None:
    await projections.companies.refresh([delivery.data.company_id], work.session)


@subscriptions.on("access", "users.changed.v1", UsersChanged)
async def refresh_users(delivery: Delivery[UsersChanged], work: UnitOfWork, projections: Projections) -> None:
    await projections.users.refresh(delivery.data.user_ids, work.session)
