"""Keeping the copy of the companies current."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.subscriptions import Delivery
from services.files.events import Kept, subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyChanged:
    company_id: UUID


@subscriptions.on("access", "company.changed.v1", CompanyChanged)
async def refresh_company(delivery: Delivery[CompanyChanged], work: UnitOfWork, kept: Kept) -> None:
    await kept.projections.companies.refresh([delivery.data.company_id], work.session)
