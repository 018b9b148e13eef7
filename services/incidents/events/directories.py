"""Keeping the copies of directory entries current."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.subscriptions import Delivery
from services.incidents.events import subscriptions
from services.incidents.persistence.entry_columns import replace_entry
from services.incidents.persistence.linked_indicators import INDICATOR_TYPE
from services.incidents.persistence.projections import Projections
from services.incidents.usecases.merge_indicator_types import merge_indicator_types
from services.incidents.usecases.merge_timestamp_definitions import merge_timestamp_definitions
from services.incidents.usecases.timestamps import DIRECTORY


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChanged:
    entry_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryMerged:
    entry_id: UUID
    into_id: UUID
    kind: str


@subscriptions.on("directories", "directory.entry_changed.v1", EntryChanged)
async def refresh_entry(delivery: Delivery[EntryChanged], work: UnitOfWork, projections: Projections) -> None:
    await projections.directories.refresh([delivery.data.entry_id], work.session)


@subscriptions.on("directories", "directory.entry_merged.v1", EntryMerged)
async def follow_merging(delivery: Delivery[EntryMerged], work: UnitOfWork, projections: Projections) -> None:
    """Incidents get the entry that is left; what they show is the same as before, so nobody is told of a change.

    Indicators that come to be one are told of, and moments of which one is left: something was said of each of them.
    """
    fact = delivery.data
    await projections.directories.refresh([fact.entry_id, fact.into_id], work.session)
    if fact.kind == DIRECTORY:
        await merge_timestamp_definitions(fact.entry_id, fact.into_id, work)
    await replace_entry(fact.kind, fact.entry_id, fact.into_id, work.session)
    if fact.kind == INDICATOR_TYPE:
        await merge_indicator_types(fact.entry_id, fact.into_id, work)
