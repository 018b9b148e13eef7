"""The directories and their entries, and everything there is at one moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from chassis.access import Actor, Everywhere, within
from chassis.identifiers import Key


class Kind(StrEnum):
    """Which directory an entry belongs to."""

    CLASSIFICATION = "classification"
    INCIDENT_TYPE = "incident_type"
    STATUS = "status"
    SEVERITY = "severity"
    OUTCOME = "outcome"
    IMPACT_LEVEL = "impact_level"
    PRIORITY = "priority"
    DETECTION_SOURCE = "detection_source"
    INDICATOR_TYPE = "indicator_type"
    ROLE = "role"
    LINK_TYPE = "link_type"
    DEPARTMENT_KIND = "department_kind"
    TIMESTAMP = "timestamp"
    FILE_KIND = "file_kind"


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
PARENTS: Final[Mapping[Kind, Kind]] = {  # the directory in which an entry has its parent
    Kind.INCIDENT_TYPE: Kind.CLASSIFICATION,
    **{
        tree: tree
        for tree in (
            Kind.CLASSIFICATION,
            Kind.OUTCOME,
            Kind.DETECTION_SOURCE,
            Kind.INDICATOR_TYPE,
            Kind.DEPARTMENT_KIND,
        )
    },
}
RANKED: Final = frozenset({Kind.SEVERITY, Kind.IMPACT_LEVEL, Kind.PRIORITY})


@dataclass(frozen=True, slots=True)
class Text:
    """What an entry is called in one language."""

    name: str
    description: str | None


Texts: TypeAlias = Mapping[str, Mapping[UUID, Text]]  # by BCP 47 tag, then by the id of the entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `company_id` is None for what every company has; the days of its validity are in it, both of them.

    One that was merged into another is inactive for good and keeps its code.
    """

    id: UUID
    version: int
    kind: Kind
    code: str
    color: str
    icon: str | None
    sort_order: int
    active: bool
    visible: bool
    valid_from: date | None
    valid_to: date | None
    parent_id: UUID | None
    category: StatusCategory | None
    is_initial: bool
    is_final: bool
    rank: int | None
    pattern: str | None
    single: bool
    inverse_id: UUID | None
    merged_into_id: UUID | None
    company_id: UUID | None

    def choosable(self, day: date) -> bool:
        """Whether anything may be given it anew on that day."""
        begun = self.valid_from is None or self.valid_from <= day
        return self.active and begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Directory:
    """All entries that somebody may see, in their order, and their texts in the languages that were asked for.

    `locales` are the tags that readers are served in this installation.
    """

    entries: tuple[Entry, ...]
    by_id: Mapping[UUID, Entry] = field(repr=False)
    by_kind: Mapping[Kind, tuple[Entry, ...]] = field(repr=False)
    children: Mapping[UUID, tuple[Entry, ...]] = field(repr=False)
    texts: Texts = field(repr=False)
    locales: tuple[str, ...]
    _views: dict[frozenset[UUID], "Directory"] = field(repr=False, compare=False)

    @classmethod
    def of(cls, entries: Iterable[Entry], texts: Texts | None = None, locales: Iterable[str] = ()) -> "Directory":
        ordered = tuple(sorted(entries, key=lambda entry: (entry.sort_order, entry.code)))
        kinds: dict[Kind, list[Entry]] = {}
        children: dict[UUID, list[Entry]] = {}
        for entry in ordered:
            kinds.setdefault(entry.kind, []).append(entry)
            if entry.parent_id is not None:
                children.setdefault(entry.parent_id, []).append(entry)
        return cls(
            ordered,
            {entry.id: entry for entry in ordered},
            {kind: tuple(found) for kind, found in kinds.items()},
            {parent: tuple(found) for parent, found in children.items()},
            texts or {},
            tuple(locales),
            {},
        )

    def visible_to(self, actor: Actor) -> "Directory":
        """Which entries there are for the actor is decided here and nowhere else: everybody's and its companies'."""
        owners = frozenset(entry.company_id for entry in self.entries if entry.company_id is not None)
        companies = actor.anywhere()
        seen = owners if isinstance(companies, Everywhere) else owners & companies
        if seen == owners:
            return self
        if seen not in self._views:
            mine = (e for e in self.entries if e.company_id is None or within(seen, e.company_id))
            self._views[seen] = self.of(mine, self.texts, self.locales)
        return self._views[seen]

    def of_kind(self, kind: Kind, day: date, *, inactive: bool = False, company: UUID | None = None) -> list[Entry]:
        """What may be chosen on that day, or all; with `company` only what one of its things may be given."""
        return [
            entry
            for entry in self.by_kind.get(kind, ())
            if (inactive or entry.choosable(day)) and (company is None or entry.company_id in (None, company))
        ]

    def below(self, parent: UUID, kind: Kind) -> list[Entry]:
        return [entry for entry in self.children.get(parent, ()) if entry.kind is kind]

    def find(self, kind: Kind, key: Key) -> Entry | None:
        """By id or by code; of several companies' entries with the same code the first one."""
        if isinstance(key, UUID):
            found = self.by_id.get(key)
            return found if found is not None and found.kind is kind else None
        return next((entry for entry in self.by_kind.get(kind, ()) if entry.code == key), None)

    def read_as(self, entry_id: UUID) -> Entry | None:
        """What something that refers to the entry shows: the one it was merged into, or itself."""
        found = self.by_id.get(entry_id)
        return found if found is None or found.merged_into_id is None else self.by_id.get(found.merged_into_id)
