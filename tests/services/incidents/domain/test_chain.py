"""The chain of a history: its form, and that whatever is done to it shows."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.incidents.domain.chain import Link, canonical, digest, exported, first_break, links_of, record_of

INCIDENT = "01a2039a-49a5-7000-ac2f-9fbcd86ec564"
COLUMNS = {
    "incident_id": UUID(INCIDENT), "company_id": UUID(int=1), "sequence": 1,
    "at": datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=1))), "actor_kind": "user",
    "actor_id": UUID(int=2), "permission": "incident.add", "request_id": None, "operation": "REGISTERED",
    "part_type": None, "part_id": None, "changes": {"title": [None, "Größe"], "records_affected": [None, 3]},
    "previous": None, "another": "column",
}  # fmt: skip
Chain: TypeAlias = list[Link]


def chain(number: int) -> Chain:
    links: Chain = []
    for sequence in range(1, number + 1):
        previous = bytes.fromhex(links[-1].hash) if links else None
        record = record_of(COLUMNS | {"sequence": sequence, "previous": previous})
        links.append(Link(record, digest(record).hex()))
    return links


def altered(link: Link, **more: object) -> Link:
    return Link(link.record | more, link.hash)


def rehashed(link: Link, **more: object) -> Link:
    return Link(link.record | more, digest(link.record | more).hex())


def test_the_form_of_a_record_is_the_one_of_all_times() -> None:
    """Whoever changes it breaks every chain there is."""
    assert canonical(record_of(COLUMNS)).decode() == (
        '{"actor_id":"00000000-0000-0000-0000-000000000002","actor_kind":"user","at":"2026-03-01T08:30:00.000000+00:00",'
        '"changes":{"records_affected":[null,3],"title":[null,"Größe"]},'
        '"company_id":"00000000-0000-0000-0000-000000000001","incident_id":"01a2039a-49a5-7000-ac2f-9fbcd86ec564",'
        '"operation":"REGISTERED","permission":"incident.add","sequence":1}'
    )
    assert digest(record_of(COLUMNS)) == hashlib.sha256(canonical(record_of(COLUMNS))).digest()


@given(some.floats(allow_nan=False, allow_infinity=False) | some.integers())
def test_a_number_is_written_the_same_after_it_was_kept_as_a_decimal(number: float) -> None:
    """As PostgreSQL does it, where 1e16 comes back as an integer."""
    kept = json.loads(format(Decimal(repr(number)), "f"))

    assert canonical({"changes": {"x": [None, number]}}) == canonical({"changes": {"x": [None, kept]}})


def test_a_whole_chain_has_no_break() -> None:
    links = chain(4)

    assert first_break(INCIDENT, links) is None
    assert first_break(INCIDENT, links, last=links[-1].hash) is None


DAMAGES: dict[str, tuple[Callable[[Chain], Chain], int]] = {
    "altered": (lambda c: [c[0], altered(c[1], operation="EDITED"), *c[2:]], 2),
    "altered with a new hash": (lambda c: [c[0], rehashed(c[1], operation="EDITED"), *c[2:]], 3),
    "a nested value": (lambda c: [*c[:3], altered(c[3], changes={"title": [None, "Grösse"]})], 4),
    "first removed": (lambda c: c[1:], 1),
    "one removed": (lambda c: [c[0], *c[2:]], 2),
    "last removed": (lambda c: c[:-1], 4),
    "all removed": (lambda c: c[4:], 1),
    "one twice": (lambda c: [c[0], c[0], *c[1:]], 2),
    "swapped": (lambda c: [c[0], c[2], c[1], c[3]], 2),
    "swapped with their numbers": (
        lambda c: [c[0], altered(c[2], sequence=2), altered(c[1], sequence=3), c[3]], 2,
    ),
    "of another incident": (lambda c: [altered(c[0], incident_id=str(UUID(int=9))), *c[1:]], 1),
    "no number": (lambda c: [altered(c[0], changes={"x": [None, float("nan")]}), *c[1:]], 1),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_the_first_broken_link_is_named(name: str) -> None:
    links = chain(4)
    damage, sequence = DAMAGES[name]

    found = first_break(INCIDENT, damage(links), last=links[-1].hash)

    assert found is not None
    assert (found.incident, found.sequence) == (INCIDENT, sequence)
    assert str(found).startswith(f"incident {INCIDENT}, entry {sequence}: ")


def test_a_chain_made_anew_from_some_entry_on_ends_with_another_hash() -> None:
    links = chain(4)
    anew = [*links[:3], rehashed(links[3], operation="EDITED")]

    assert first_break(INCIDENT, anew) is None
    assert first_break(INCIDENT, anew, last=links[3].hash) is not None


def test_what_is_exported_is_read_again() -> None:
    links = chain(3)

    assert list(links_of(exported(link) for link in links)) == links


@pytest.mark.parametrize("line", ["", "no JSON", "[]", "3", '{"sequence": 1}', '"text"', "null"])
def test_what_is_no_entry_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 2 is no entry"):
        list(links_of([exported(chain(1)[0]), line]))


def test_times_are_told_in_utc_whatever_their_offset() -> None:
    same = COLUMNS | {"at": datetime(2026, 3, 1, 8, 30, tzinfo=UTC)}

    assert digest(record_of(COLUMNS)) == digest(record_of(same))
