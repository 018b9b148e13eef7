"""What this service tells the others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntryChanged:
    """It was made, or something of it is another now. Subject: the entry."""

    type: ClassVar[str] = "directory.entry_changed.v1"
    entry_id: UUID
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntryMerged:
    """`entry_id` is from now on read as `into_id`; whoever keeps it replaces it."""

    type: ClassVar[str] = "directory.entry_merged.v1"
    entry_id: UUID
    into_id: UUID
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryLocaleChanged:
    """Readers are served the locale from now on, or no longer."""

    type: ClassVar[str] = "directory.locale_changed.v1"
    locale: str
    active: bool
