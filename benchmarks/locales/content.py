"""Entries, locales and texts made by SQL: the same five directories of fifty entries, and others beside them."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from babel.localedata import locale_identifiers

from benchmarks.walls.incidents import numbered
from chassis.locales import canonical
from deploy.local.postgres import Connection
from services.directories.domain.entries import Kind

# The fifty entries of both, which incidents refer to: `numbered` from 1 in this order. A type's class is number 1.
COMMON: Final = {Kind.CLASSIFICATION: 10, Kind.INCIDENT_TYPE: 20, Kind.STATUS: 10, Kind.SEVERITY: 5, Kind.OUTCOME: 5}
_OTHERS: Final = (Kind.INDICATOR_TYPE, Kind.DEPARTMENT_KIND, Kind.DETECTION_SOURCE, Kind.ROLE, Kind.FILE_KIND)
_FIRST: Final = ("en", "de", "fr", "es", "ru", "kk")


@dataclass(frozen=True, slots=True)
class Size:
    locales: int
    entries: int


FEW: Final = Size(locales=6, entries=50)
MANY: Final = Size(locales=200, entries=300)


def tags(number: int) -> list[str]:
    """That many of CLDR's locales, our own first."""
    found = dict.fromkeys(_FIRST)
    for name in sorted(locale_identifiers()):
        with suppress(ValueError):  # a few have no name in English yet
            found.setdefault(canonical(name.replace("_", "-")))
    return list(found)[:number]


def kinds(number: int) -> list[Kind]:
    """The directory of each entry, the common ones first."""
    common = [kind for kind, entries in COMMON.items() for _ in range(entries)]
    return common + [_OTHERS[place % len(_OTHERS)] for place in range(number - len(common))]


async def fill(session: Connection, size: Size) -> None:
    """As superuser of the migrated, empty database of directories."""
    await session.execute(_LOCALES, tags(size.locales), [numbered(10_000 + each) for each in range(size.locales)])
    entries = [kind.value for kind in kinds(size.entries)]
    await session.execute(_ENTRIES, [numbered(each) for each in range(1, len(entries) + 1)], entries)
    await session.execute(_TEXTS)
    await session.execute("INSERT INTO revision (single, stamp) VALUES (true, gen_random_uuid())")
    await session.execute("VACUUM ANALYZE")


_LOCALES: Final = """
INSERT INTO locale (tag, id, active, sequence)
SELECT tag, id, true, 1 FROM unnest($1::text[], $2::uuid[]) AS given (tag, id)
"""
_ENTRIES: Final = """
INSERT INTO entry (id, version, sequence, kind, code, color, sort_order, active, visible, single,
    parent_id, category, is_initial, is_final, rank)
SELECT id, 1, 1, kind, 'code-' || n, '#336699', n, true, true, false,
    CASE WHEN kind = 'incident_type' THEN ($1::uuid[])[1] END, CASE WHEN kind = 'status' THEN 'ACTIVE' END,
    false, false, CASE WHEN kind = 'severity' THEN n END
FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS given (id, kind, n)
"""
_TEXTS: Final = """
INSERT INTO translation (entry_id, locale, name, description)
SELECT entry.id, tag, 'Entry ' || code || ' in ' || tag, 'When to choose ' || code || ', in sixty letters of ' || tag
FROM entry CROSS JOIN locale
"""
