"""Lists and counts of random incidents, read by every way, against the plainest way to say what is wanted."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY, Actor, Companies, within
from chassis.identifiers import uuid7
from chassis.paging import Place
from services.incidents.domain import permissions
from services.incidents.domain.gates import Demand, met
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.incidents import Incidents, is_visible
from services.incidents.persistence.orders import Order
from services.incidents.persistence.rows import DirectoryRef, IncidentRow
from tests.support.casebook import Casebook
from tests.support.rows_of_incidents import incident_row, keep
from tests.support.services import SYSTEM, user

BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
COMPANIES: Final = [uuid7() for _ in range(9)]
USED: Final = COMPANIES[:6]
PEOPLE: Final = [uuid7() for _ in range(3)]
ENTRIES: Final = [uuid7() for _ in range(3)]
RANKS: Final = {ENTRIES[0]: 2, ENTRIES[1]: 9, ENTRIES[2]: 2}  # two are as bad as each other
CATEGORIES: Final = ("NEW", "ACTIVE", "CLOSED")
DEMANDS: Final = (Demand.RESPONSIBLE, Demand.IMPACT_AREAS, Demand.ROOT_CAUSE, Demand.PREVENTIVE_MEASURES)
ROWS: Final = 150
CASES: Final = 25


def some_row(draw: random.Random) -> IncidentRow:
    """Times are few, so that many incidents sort alike; of one company all are restricted."""
    company = draw.choice(USED)
    restricted = company == USED[0] or draw.random() < 0.3
    return incident_row(
        company,
        BEGIN + timedelta(hours=draw.randrange(12)),
        updated_at=BEGIN + timedelta(days=1, hours=draw.randrange(5)),
        reference=f"{draw.choice('ABC')}-{draw.randrange(10**9)}",
        occurred_at=draw.choice([None, BEGIN - timedelta(hours=draw.randrange(4))]),
        detected_at=draw.choice([None, BEGIN - timedelta(hours=draw.randrange(4))]),
        resolved_at=draw.choice([None, BEGIN]),
        closed_at=draw.choice([None, BEGIN, BEGIN - timedelta(hours=1)]),
        impact_areas=draw.choice([[], ["SAFETY"]]),
        root_cause=draw.choice([None, "Unknown"]),
        no_measures_reason=draw.choice([None, "Too dear"]),
        reopen_count=draw.choice([0, 2]),
        status_id=draw.choice(ENTRIES),
        status_category=draw.choice(CATEGORIES),
        severity_id=draw.choice([None, *ENTRIES]),
        priority_id=draw.choice([None, *ENTRIES]),
        responsible_id=draw.choice([None, *PEOPLE]),
        restricted=restricted,
        members=draw.sample(PEOPLE, draw.randrange(1, 3)) if restricted else [],
        deleted_at=BEGIN if draw.random() < 0.1 else None,
    )


def some_companies(draw: random.Random) -> Companies:
    return EVERY_COMPANY if draw.random() < 0.2 else frozenset(draw.sample(COMPANIES, draw.randrange(len(COMPANIES))))


def some_actor(draw: random.Random) -> Actor:
    return user(
        {permissions.VIEW: some_companies(draw), permissions.VIEW_RESTRICTED: some_companies(draw)},
        id=draw.choice([*PEOPLE, uuid7()]),
    )


def some_filter(draw: random.Random) -> Filter:
    possible: dict[str, Callable[[], Any]] = {
        "company_ids": lambda: draw.sample(COMPANIES, draw.randrange(len(COMPANIES))),
        "status_ids": lambda: draw.sample(ENTRIES, draw.randrange(3)),
        "status_categories": lambda: draw.sample(CATEGORIES, draw.randrange(1, 3)),
        "severity_ids": lambda: draw.sample(ENTRIES, draw.randrange(1, 3)),
        "priority_ids": lambda: draw.sample(ENTRIES, draw.randrange(1, 3)),
        "responsible_ids": lambda: draw.sample(PEOPLE, draw.randrange(3)),
        "missing": lambda: draw.sample(DEMANDS, draw.randrange(3)),
        "told": lambda: draw.sample(DEMANDS, 1),
        "reopened": lambda: draw.random() < 0.5,
        "reference_prefix": lambda: draw.choice(["A", "B-", "C-1", "%", "_-"]),
        "occurred": lambda: (BEGIN - timedelta(hours=2), None),
        "registered": lambda: (BEGIN + timedelta(hours=2), BEGIN + timedelta(hours=draw.randrange(2, 12))),
    }
    chosen = draw.sample(sorted(possible), draw.choice([0, 0, 1, 1, 2]))
    return Filter(**{name: possible[name]() for name in chosen})


def passes(row: IncidentRow, wanted: Filter) -> bool:
    lists = {
        "company_id": wanted.company_ids,
        "status_id": wanted.status_ids,
        "status_category": wanted.status_categories,
        "severity_id": wanted.severity_ids,
        "priority_id": wanted.priority_ids,
        "responsible_id": wanted.responsible_ids,
    }
    spans = {"occurred_at": wanted.occurred, "registered_at": wanted.registered}
    return (
        all(given is None or getattr(row, name) in given for name, given in lists.items())
        and all(_in_span(getattr(row, name), *span) for name, span in spans.items())
        and not any(met(demand, partial(getattr, row)) for demand in wanted.missing)
        and all(met(demand, partial(getattr, row)) for demand in wanted.told)
        and wanted.reopened in (None, row.reopen_count > 0)
        and row.reference.startswith(wanted.reference_prefix or "")
    )


def _in_span(at: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    if since is None and until is None:
        return True
    return at is not None and (since is None or since <= at) and (until is None or at < until)


def in_order(rows: Sequence[IncidentRow], orders: Sequence[Order]) -> list[UUID]:
    """Sorted by the last key first: each later sorting keeps what is alike in its place."""
    found = sorted(rows, key=lambda row: row.id, reverse=orders[-1].value.down)
    for order in reversed(orders):
        told = [row for row in found if value_of(row, order) is not None]
        untold = [row for row in found if value_of(row, order) is None]
        found = [*sorted(told, key=lambda row: value_of(row, order), reverse=order.value.down), *untold]
    return [row.id for row in found]


def value_of(row: IncidentRow, order: Order) -> Any:
    name = order.name.rpartition("_")[0].lower()
    if name in ("severity", "priority"):
        entry = getattr(row, f"{name}_id")
        return None if entry is None else RANKS[entry]
    return (
        list(StatusCategory).index(StatusCategory(row.status_category))
        if name == "status_category"
        else getattr(row, name)
    )


async def walk(
    casebook: Casebook, actor: Actor, wanted: Filter, orders: Sequence[Order], first: int, *, backwards: bool
) -> list[UUID]:
    """All pages, one after the other, and no row twice."""
    found: list[UUID] = []
    place = Place(backwards=True) if backwards else None
    while True:
        async with casebook.service.database.read(actor) as session:
            rows = await Incidents(session, actor).page(wanted, orders, first, place)
        found += [row.id for row, _ in rows[:first]]
        if len(rows) <= first:
            return found
        place = Place(tuple(rows[first - 1][1]), backwards)


@pytest.mark.parametrize("seed", range(4))
async def test_whichever_way_a_list_is_read_it_is_the_same(
    casebook: Casebook, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.incidents.persistence.incidents._MOST_SIFTED", 40)
    draw = random.Random(seed)  # noqa: S311  # drawn for a test
    rows = [some_row(draw) for _ in range(ROWS)]
    await keep(casebook.service, rows)
    async with casebook.service.database.work(SYSTEM) as work:
        for entry, rank in RANKS.items():
            severity = {"kind": "severity", "code": str(rank), "active": True, "is_initial": False, "rank": rank}
            work.session.add(DirectoryRef(id=entry, version=1, **severity))

    for _ in range(CASES):
        actor, wanted = some_actor(draw), some_filter(draw)
        orders = draw.choices(list(Order), k=draw.randrange(1, 4))
        first = draw.choice([2, 3, 5, 8, 60])
        seen = [row for row in rows if is_visible(row, actor)]
        matching = [row for row in seen if passes(row, wanted)]
        async with casebook.service.database.read(actor) as session:
            count = await Incidents(session, actor).count(wanted)
            by_company = await Incidents(session, actor).count_by_company(COMPANIES)

        assert await walk(casebook, actor, wanted, orders, first, backwards=False) == in_order(matching, orders)
        assert await walk(casebook, actor, wanted, orders, first, backwards=True) == in_order(matching, orders)[::-1]
        assert count == len(matching)
        assert {company: number for company, number in by_company.items() if number} == {
            company: len(those)
            for company in COMPANIES
            if (those := [row for row in seen if row.company_id == company])
        }
        assert all(within(actor.companies(permissions.VIEW), company) for company in by_company)
