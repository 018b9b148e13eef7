"""The whole directory in memory: a few hundred entries that everybody reads and hardly anybody changes.

Of the texts only the languages that somebody asked for are here: two hundred locales cost no more than six. A change
committed in this process is seen at once, one of another process within a second: the next reader after that time
compares the stamp of the revision. One statement does it all: it tells the stamp, the entries when the stamp has moved,
and the texts that are missing. It sees one moment, so what it tells belongs together.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.locales import candidates, spellings
from services.directories.domain.entries import Directory, Entry, Kind, StatusCategory, Text
from services.directories.domain.wording import Wanted

CHECK_SECONDS: Final = 1.0
_ACTOR: Final = Actor.system("directory in memory", EVERY_COMPANY)
_READ: Final = text(
    """
    SELECT stamp, moved,
        CASE WHEN moved THEN (SELECT jsonb_agg(to_jsonb(entry)) FROM entry) END AS entries,
        CASE WHEN moved THEN (SELECT jsonb_object_agg(tag, active) FROM locale) END AS locales,
        (SELECT jsonb_object_agg(locale, texts) FROM (
            SELECT locale, jsonb_object_agg(entry_id, jsonb_build_array(name, description)) AS texts
            FROM translation
            WHERE locale = ANY(CASE WHEN moved THEN CAST(:wanted AS text[]) ELSE CAST(:missing AS text[]) END)
            GROUP BY locale
        ) AS by_locale) AS texts
    FROM (
        SELECT max(stamp::text) AS stamp, NOT :known OR max(stamp::text) IS DISTINCT FROM :stamp AS moved FROM revision
    ) AS told
    """
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was read when the revision had this stamp. `listed` are all locales, `loaded` those whose texts are here."""

    stamp: str | None
    directory: Directory
    listed: frozenset[str]
    loaded: frozenset[str]


class DirectoryCache:
    """`clock` gives seconds that never go back. Readers are served `default_locale` whether it is active or not."""

    def __init__(
        self, database: Database, default_locale: str = "en", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._default = default_locale
        self._clock = clock
        self._turn = asyncio.Lock()
        self._known: Remembered | None = None
        self._changes_told = 0
        self._changes_seen = -1
        self._check_at = 0.0
        database.when_emitted(self.expire)

    def expire(self) -> None:
        """The next reader checks. A check that is under way does not count: it may have begun too early."""
        self._changes_told += 1

    async def current(self, wanted: Wanted = ()) -> Directory:
        """Everything there is, whoever may see it, with the texts for a reader of these languages. Raises Fault."""
        known = self._serving(wanted)
        if known is None:
            async with self._turn:  # many readers wait for one check
                known = self._serving(wanted)
                if known is None:
                    known = await self._check(wanted)
        return known.directory

    def _serving(self, wanted: Wanted) -> Remembered | None:
        """What is remembered, if it still holds and is enough."""
        known = self._known
        fresh = self._changes_seen == self._changes_told and self._clock() < self._check_at
        if known is None or not fresh:
            return None
        return known if known.loaded.issuperset(candidates(wanted, known.directory.locales)) else None

    async def _check(self, wanted: Wanted) -> Remembered:
        changes, begun = self._changes_told, self._clock()
        self._known = await self._read(self._known, wanted)
        self._changes_seen, self._check_at = changes, begun + CHECK_SECONDS
        return self._known

    async def _read(self, known: Remembered | None, wanted: Wanted) -> Remembered:
        """What is asked for may turn out to be listed only after a change, so all that could serve is named."""
        asked = spellings(wanted)
        missing = asked if known is None else asked & (known.listed | {self._default}) - known.loaded
        told = await self._ask(known, asked, missing)
        texts = {tag: _texts(found) for tag, found in (told.texts or {}).items()}
        if known is not None and not told.moved:
            return _with_texts(known, texts, missing) if missing else known
        listed: Mapping[str, bool] = told.locales or {}
        served = sorted({self._default, *(tag for tag, active in listed.items() if active)})
        entries = map(_entry, told.entries or ())
        return Remembered(told.stamp, Directory.of(entries, texts, served), frozenset(listed), asked)

    async def _ask(self, known: Remembered | None, asked: Collection[str], missing: Collection[str]) -> Any:
        values = {
            "known": known is not None,
            "stamp": None if known is None else known.stamp,
            "wanted": sorted(asked),
            "missing": sorted(missing),
        }
        async with self._database.read(_ACTOR) as session:
            return (await session.execute(_READ, values)).one()


def _with_texts(known: Remembered, more: Mapping[str, Mapping[UUID, Text]], loaded: Collection[str]) -> Remembered:
    before = known.directory
    after = Directory.of(before.entries, {**before.texts, **more}, before.locales)
    return Remembered(known.stamp, after, known.listed, known.loaded.union(loaded))


def _texts(found: Mapping[str, tuple[str, str | None]]) -> dict[UUID, Text]:
    return {UUID(entry): Text(*text) for entry, text in found.items()}


def _entry(told: Mapping[str, Any]) -> Entry:
    """Of the row as JSON."""
    fields = {name: told[name] for name in Entry.__slots__}
    for name in ("id", "parent_id", "inverse_id", "merged_into_id", "company_id"):
        fields[name] = None if told[name] is None else UUID(told[name])
    for name in ("valid_from", "valid_to"):
        fields[name] = None if told[name] is None else date.fromisoformat(told[name])
    category = told["category"]
    kind, meant = Kind(told["kind"]), None if category is None else StatusCategory(category)
    return Entry(**fields | {"kind": kind, "category": meant})
