"""What an import changes: how the entries are before and after it, told by codes and names."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson

from chassis.database import UnitOfWork
from chassis.identifiers import to_json
from services.directories.domain.entries import PARENTS, Kind, Text
from services.directories.domain.sheet_rows import SheetRow
from services.directories.domain.sheets import columns
from services.directories.domain.texts import differences
from services.directories.persistence.entries import Entries
from services.directories.persistence.rows import EntryRow
from services.directories.usecases.export_entries import values_of
from services.directories.usecases.references import PARENT

Place: TypeAlias = tuple[Kind, str]  # the directory and the code
_ORDER: Final = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one entry, by names that callers know; `version` is that before, 0 for a new one."""

    kind: Kind
    code: str
    version: int
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """`rows` is how many were read; `digest` stands for just these changes of just these entries as they are now."""

    changes: Sequence[Change]
    rows: int
    digest: str


class Present:
    """The entries that everybody has, or those of `company`: as they are, and as they were at first."""

    def __init__(self, company: UUID | None, work: UnitOfWork) -> None:
        self._company = company
        self._session = work.session
        self._entries = Entries(work.session)
        self.rows: dict[Place, EntryRow] = {}
        self.texts: dict[UUID, dict[str, Text]] = {}
        self._codes: dict[UUID, str] = {}
        self._before: dict[Place, tuple[int, dict[str, Any]]] = {}

    async def read(self, kinds: set[Kind]) -> None:
        self.rows = await self._now(kinds)
        self._before = await self._told(self.rows)

    def parents(self, rows: Iterable[SheetRow]) -> dict[Kind, dict[str, str | None]]:
        """Of each tree the codes above the entries by their own, once the rows are applied."""
        found: dict[Kind, dict[str, str | None]] = {}
        for (kind, code), (_, told) in self._before.items():
            if PARENTS.get(kind) is kind:
                found.setdefault(kind, {})[code] = told[PARENT]
        for row in rows:
            if PARENTS.get(row.kind) is row.kind:
                found.setdefault(row.kind, {})[row.code] = row.fields[PARENT]
        return found

    async def values(self, row: EntryRow) -> dict[str, Any]:
        """By the names of domain/rules.py, other entries by their codes, as they are now."""
        return values_of(Kind(row.kind), row, await self._codes_of([row]))

    async def plan(self, rows: int) -> Plan:
        """`rows` is how many were read."""
        await self._session.flush()
        after = await self._told(await self._now({kind for kind, _ in self.rows} | self._kinds))
        changes = []
        for place, (_, now) in sorted(after.items(), key=lambda item: (_ORDER[item[0][0]], item[0][1])):
            version, was = self._before.get(place, (0, {}))
            fields = {name: (was.get(name), now.get(name)) for name in {**now, **was} if was.get(name) != now.get(name)}
            if fields:
                changes.append(Change(*place, version, fields))
        told = [[each.kind, each.code, each.version, each.fields] for each in changes]
        text = orjson.dumps([self._company, told], default=to_json, option=orjson.OPT_SORT_KEYS)
        return Plan(changes, rows, hashlib.sha256(text).hexdigest())

    async def _now(self, kinds: set[Kind]) -> dict[Place, EntryRow]:
        self._kinds = kinds
        return {(kind, row.code): row for kind in kinds for row in await self._entries.of_owner(kind, self._company)}

    async def _told(self, rows: Mapping[Place, EntryRow]) -> dict[Place, tuple[int, dict[str, Any]]]:
        self.texts = await self._entries.texts_of([row.id for row in rows.values()])
        codes = await self._codes_of(rows.values())
        found = {}
        for (kind, code), row in rows.items():
            names = columns(kind)
            own = {names[name]: value for name, value in values_of(kind, row, codes).items() if name != "code"}
            written = {name: new for name, (_, new) in differences({}, self.texts[row.id]).items()}
            found[kind, code] = (row.version, own | written)
        return found

    async def _codes_of(self, rows: Iterable[EntryRow]) -> dict[UUID, str]:
        """Of all that the rows refer to, and of others: codes never change, so what was read once is kept."""
        named = {each for row in rows for each in (row.parent_id, row.inverse_id) if each is not None}
        if missing := named - self._codes.keys():
            self._codes |= await self._entries.codes(missing)
        return self._codes
