"""Whether an incident stands as its history says: what is written into its row past the registry is told by nobody.

Looked at is what a history tells of the incident's own fields, and what it should have told of texts and numbers that
people type. An entry of a directory may have been merged into another one meanwhile, which no history tells.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from services.incidents.domain.chain import Link
from services.incidents.domain.details import RULES
from services.incidents.domain.timestamps import COLUMNS
from services.incidents.domain.visibility import Visibility

Columns: TypeAlias = Mapping[str, Any]  # as JSON
_ENTRIES: Final = frozenset(
    {"type_id", "status_id", "severity_id", "priority_id", "outcome_id", "impact_level_id", "detection_source_id"}
)
_TYPE: Final = "type_id"
_CLASS: Final = "classification_id"
_AMOUNT: Final = "cost_amount"
# What older versions filled in by themselves, and what every incident has from the beginning, need not be told.
_MAY_BE_UNTOLD: Final = frozenset({"kind", "tlp", "pap", "tags", "impact_areas", "language", "source_channel"})
_TELLING: Final = frozenset(RULES) - COLUMNS - _MAY_BE_UNTOLD
_EMPTY: Final[tuple[Any, ...]] = (None, [], {})


def first_difference(row: Columns, links: Iterable[Link], merged: Mapping[str, str]) -> str | None:
    """The first field, by name, that is not as a whole history tells, if any.

    `merged` tells by the ids of entries what they were merged into.
    """
    told = _told(links)
    for name in sorted(told.keys() | _TELLING):
        if name in row and not _agree(name, told.get(name), row[name], merged) and not _follows(name, told, row):
            return name
    return None


def _told(links: Iterable[Link]) -> dict[str, Any]:
    """The last word on each column."""
    found: dict[str, Any] = {}
    for link in links:
        if link.record.get("part_type") is None:
            found |= {name: after for name, (_, after) in link.record["changes"].items()}
    if "members" in found:
        found["member_ids"] = found.pop("members")
    if "visibility" in found:
        found["restricted"] = found.pop("visibility") == Visibility.RESTRICTED
    return found


def _agree(name: str, told: Any, held: Any, merged: Mapping[str, str]) -> bool:
    if told in _EMPTY or held in _EMPTY:
        return told in _EMPTY and held in _EMPTY
    if name.endswith(("_at", "_until")):
        return datetime.fromisoformat(told) == datetime.fromisoformat(held)
    if name == _AMOUNT:
        return _number(told) == _number(held)
    return bool(told == held or (name in (*_ENTRIES, _CLASS) and _left(told, merged) == held))


def _follows(name: str, told: Columns, row: Columns) -> bool:
    """The class of an incident goes with its type, where that was merged."""
    return name == _CLASS and told.get(_TYPE) != row.get(_TYPE)


def _left(entry: str, merged: Mapping[str, str]) -> str:
    """What an entry was merged into, and that again."""
    while entry in merged:
        entry = merged[entry]
    return entry


def _number(told: Any) -> Decimal | None:
    try:
        return Decimal(str(told))
    except InvalidOperation:
        return None
