"""What this service tells the others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntryChanged:
    """Also for a new entry."""

    type: ClassVar[str] = "directory.entry_changed.v1"
    entry_id: UUID
    kind: str
