"""Keeping the copies of directory entries current."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.subscriptions import Delivery
from services.incidents.events import subscriptions
from services.incidents.persistence.projections import Projections


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChanged:
    entry_id: UUID


@subscriptions.on("directories", "directory.entry_changed.v1", EntryChanged)
async def refresh_entry(delivery: Delivery[EntryChanged], work: UnitOfWork, projections: Projections) -> None:
    await projections.directories.refresh([delivery.data.entry_id], work.session)
