"""The chain of an incident's history: each entry has a hash over itself and the hash of the entry before.

Whoever alters, removes, inserts or swaps entries breaks it, and whoever has a copy of the last hash sees also a chain
that was made anew. Of an incident that was purged only the last entry is left, PURGED, with the hash of the one before
it: there, and nowhere else, a chain has lost its beginning.

A hash is the SHA-256 of the entry's record: a JSON object in UTF-8 with its keys sorted and no space in between. What
is null is left out of it, so that later entries may tell more and earlier hashes stay right; a number without a
fraction is an integer; times are UTC with microseconds; `previous` is the hash before, in hexadecimal like every hash.
This form never changes.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias
from uuid import UUID

Record: TypeAlias = dict[str, Any]
PURGED: Final = "PURGED"
RECORDED: Final = (
    "incident_id", "company_id", "sequence", "at", "actor_kind", "actor_id", "permission", "request_id", "operation",
    "part_type", "part_id", "changes", "previous",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is found somewhere: what it tells, and the hash that is told with it."""

    record: Record
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry of a chain that does not follow from the one before. `sequence` is where it should stand."""

    incident: str
    sequence: int
    reason: str

    def __str__(self) -> str:
        return f"incident {self.incident}, entry {self.sequence}: {self.reason}"


def record_of(columns: Mapping[str, Any]) -> Record:
    """The record of an entry whose columns are given by their names; others among them are not in it."""
    return {name: _plain(columns[name]) for name in RECORDED if columns[name] is not None}


def canonical(record: Mapping[str, Any]) -> bytes:
    """The one way to write a record. Raises ValueError for a number that JSON does not have."""
    told = {name: _plain(value) for name, value in record.items() if value is not None}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def digest(record: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonical(record)).digest()


def first_break(incident: str, links: Iterable[Link], *, last: str | None = None) -> Break | None:
    """None for a whole chain. `last` is the hash that it should end with, where that is known from elsewhere."""
    chain = list(links)
    previous, before = _before(chain)
    sequence = before
    for sequence, link in enumerate(chain, start=before + 1):
        reason = _flaw(link, incident, sequence, previous)
        if reason is not None:
            return Break(incident, sequence, reason)
        previous = link.hash
    if last is not None and last != previous:
        return Break(incident, sequence + 1, "the incident knows of a later one, or of another last one")
    return None


def _before(chain: Sequence[Link]) -> tuple[str | None, int]:
    """The hash and the number of the entry before the first that is there; that of nothing unless it was purged."""
    first = chain[0].record if len(chain) == 1 else {}
    number = first.get("sequence")
    if first.get("operation") != PURGED or not isinstance(number, int):
        return None, 0
    return first.get("previous"), number - 1


def _flaw(link: Link, incident: str, sequence: int, previous: str | None) -> str | None:
    told = link.record
    if told.get("incident_id") != incident:
        return "it is about another incident"
    if told.get("sequence") != sequence:
        return f"the one found there is number {told.get('sequence')}"
    if told.get("previous") != previous:
        return "it does not follow the entry before"
    return None if _is_as_written(link) else "it tells something else than when it was written"


def _is_as_written(link: Link) -> bool:
    try:
        return digest(link.record).hex() == link.hash
    except ValueError:  # nothing that was written has no form
        return False


def _plain(value: Any) -> Any:
    """As JSON, and as it is after a database has kept it as JSON."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, float) and value.is_integer():
        return int(Decimal(repr(value)))  # by its digits: 1e23 has others as a power of two
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def links_of(lines: Iterable[str]) -> Iterator[Link]:
    """What an export holds: on each line a record and, beside its other keys, its `hash`. Raises ValueError."""
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
            yield Link(record, record.pop("hash"))
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} is no entry: a JSON object with a hash") from error


def exported(link: Link) -> str:
    """The line of an export."""
    return canonical({**link.record, "hash": link.hash}).decode()
