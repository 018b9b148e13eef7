"""How often entries are used: incidents count, because only they know."""

from collections.abc import Collection
from uuid import UUID

from chassis.access import Companies, Everywhere
from chassis.peers import Peer


async def count_incidents(ids: Collection[UUID], companies: Companies, incidents: Peer) -> dict[UUID, int]:
    """Per entry the incidents of `companies` that have it, restricted ones left out. Raises Fault."""
    asked = {
        "entry_ids": [str(each) for each in ids],
        "company_ids": None if isinstance(companies, Everywhere) else [str(each) for each in companies],
    }
    found = await incidents.ask("directory-usage", asked, timeout=10)
    return {UUID(entry): int(number) for entry, number in found.items()}
