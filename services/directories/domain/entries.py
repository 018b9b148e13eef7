"""The directories and their entries, and everything there is at one moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from chassis.access import Actor, within
from chassis.identifiers import Key


class Kind(StrEnum):
    """Which directory an entry belongs to."""

    CLASSIFICATION = "classification"
    INCIDENT_TYPE = "incident_type"
    STATUS = "status"
    SEVERITY = "severity"


class StatusCategory(StrEnum):
    """What a status means for the registry, whatever it is called."""

    NEW = "NEW"
    TRIAGE = "TRIAGE"
    ACTIVE = "ACTIVE"
    RESOLVED = "RESOLVED"
    REVIEW = "REVIEW"
    CLOSED = "CLOSED"
    DECLINED = "DECLINED"
    MERGED = "MERGED"


FINAL: Final = frozenset({StatusCategory.CLOSED, StatusCategory.DECLINED, StatusCategory.MERGED})


@dataclass(frozen=True, slots=True)
class Text:
    """What an entry is called in one language."""

    name: str
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `texts` are by BCP 47 tag; `company_id` is None for what every company has."""

    id: UUID
    version: int
    kind: Kind
    code: str
    color: str
    icon: str | None
    sort_order: int
    active: bool
    visible: bool
    parent_id: UUID | None
    category: StatusCategory | None
    is_initial: bool
    is_final: bool
    rank: int | None
    company_id: UUID | None
    texts: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Directory:
    """All entries that somebody may see, in their order."""

    entries: tuple[Entry, ...]
    by_id: Mapping[UUID, Entry] = field(repr=False)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Directory":
        ordered = tuple(sorted(entries, key=lambda entry: (entry.sort_order, entry.code)))
        return cls(ordered, {entry.id: entry for entry in ordered})

    def visible_to(self, actor: Actor) -> "Directory":
        """Which entries there are for the actor is decided here and nowhere else: everybody's and its companies'."""
        if all(entry.company_id is None for entry in self.entries):
            return self
        companies = actor.anywhere()
        return self.of(e for e in self.entries if e.company_id is None or within(companies, e.company_id))

    def of_kind(self, kind: Kind, *, inactive: bool = False) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind is kind and (entry.active or inactive)]

    def below(self, parent: UUID) -> list[Entry]:
        return [entry for entry in self.entries if entry.parent_id == parent]

    def find(self, kind: Kind, key: Key) -> Entry | None:
        """By id or by code."""
        if isinstance(key, UUID):
            found = self.by_id.get(key)
            return found if found is not None and found.kind is kind else None
        return next((entry for entry in self.entries if entry.kind is kind and entry.code == key), None)
