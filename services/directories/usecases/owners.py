"""What an entry belongs to: a type to a classification."""

from uuid import UUID

from chassis.errors import NotFound
from chassis.identifiers import Key
from services.directories.domain.entries import Kind
from services.directories.persistence.entries import Entries

CLASSIFICATION = "classification"


async def find_owner(key: Key, entries: Entries) -> UUID:
    """Raises NotFound.

    Only a classification can own, and a classification is owned by nothing, so no entry is ever above itself.
    """
    found = await entries.find(Kind.CLASSIFICATION, key)
    if found is None:
        raise NotFound("The classification was", field=(CLASSIFICATION,))
    return found.id
