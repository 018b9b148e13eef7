"""What PostgreSQL looks at for a page or a count: as much as is on it, not what others have in between."""

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import event

from chassis.access import EVERY_COMPANY, Companies
from chassis.identifiers import uuid7
from deploy.local.postgres import PostgresServer
from services.incidents.domain import permissions
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.orders import Order
from tests.support.casebook import Casebook
from tests.support.rows_of_incidents import incident_row, keep
from tests.support.services import user

BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
FIRST: Final = 10
EMPTY: Final = [uuid7() for _ in range(200)]
ONE_OF_MANY: Final = [uuid7() for _ in range(20)]
QUIET: Final = uuid7()
"""Two companies of incidents long ago; and of one all are confided to somebody else."""
SEALED: Final = uuid7()
_FILL: Final = """
INSERT INTO incident (id, reference, company_id, title, status_id, status_category, registered_by_id, registered_at,
                      updated_at, tags, version, sequence, restricted, member_ids)
SELECT gen_random_uuid(), 'N-' || n, ($1::uuid[])[1 + n % cardinality($1::uuid[])], 'One of many', gen_random_uuid(),
       'NEW', gen_random_uuid(), at, at, '{}', 1, 1, false, '{}'
FROM generate_series(1, 4000) AS n CROSS JOIN LATERAL (SELECT $2::timestamptz + n * interval '1 minute' AS at) AS times
"""
NEWEST: Final = (Order.REGISTERED_AT_DESC,)
Ask = Callable[[Incidents], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Scan:
    """A look at a table by an index (None: at all of it), and how many of its rows were looked at."""

    table: str
    index: str | None
    rows: int


@pytest.fixture
async def filled(casebook: Casebook, postgres_server: PostgresServer) -> Casebook:
    """4,000 incidents of 20 companies, and among companies that have none, one with three."""
    await keep(casebook.service, [incident_row(QUIET, BEGIN - timedelta(days=n)) for n in range(1, 4)])
    sealed = [incident_row(SEALED, BEGIN, restricted=True, members=[uuid7()]) for _ in range(30)]
    await keep(casebook.service, sealed)
    async with postgres_server.session("test_incidents") as session:
        await session.execute(_FILL, ONE_OF_MANY, BEGIN)
        await session.execute("ANALYZE incident, incident_count")
    return casebook


async def scans(casebook: Casebook, companies: Companies, ask: Ask) -> tuple[int, list[Scan]]:
    """What comes out, and how: the statement is run once more to be explained, behind the same walls."""
    actor = user({permissions.VIEW: companies})
    told: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        told.append((statement, parameters))

    engine = casebook.service.database.engine.sync_engine
    async with casebook.service.database.read(actor) as session:
        event.listen(engine, "before_cursor_execute", note)
        try:
            found = await ask(Incidents(session, actor))
        finally:
            event.remove(engine, "before_cursor_execute", note)
        statement, parameters = told[-1]
        connection = await session.connection()
        explained = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
        ((plan,),) = explained.all()
    read = json.loads(plan) if isinstance(plan, str) else plan
    return found if isinstance(found, int) else len(found), list(_scans(read[0]["Plan"]))


def _scans(node: dict[str, Any]) -> Iterator[Scan]:
    if "Relation Name" in node:
        removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        rows = (node["Actual Rows"] + removed) * node["Actual Loops"]
        by = node["Plans"][-1] if node["Node Type"] == "Bitmap Heap Scan" else node
        yield Scan(node["Relation Name"], by.get("Index Name"), round(rows))
    for each in node.get("Plans", ()):
        yield from _scans(each)


def sought(read: Sequence[Scan]) -> list[Scan]:
    """The looks for what is on the page, without fetching it by id."""
    return [scan for scan in read if scan.index != "pk_incident"]


def page(orders: Sequence[Order] = NEWEST, wanted: Filter = Filter()) -> Ask:  # noqa: B008  # it never changes
    return lambda incidents: incidents.page(wanted, orders, FIRST, None)


def count(wanted: Filter = Filter()) -> Ask:  # noqa: B008  # it never changes
    return lambda incidents: incidents.count(wanted)


@pytest.mark.parametrize(
    ("orders", "index"),
    [
        (NEWEST, "ix_incident_company_registered"),
        ((Order.REGISTERED_AT_ASC, Order.UPDATED_AT_DESC), "ix_incident_company_registered"),
        ((Order.UPDATED_AT_DESC,), "ix_incident_company_updated"),
        ((Order.UPDATED_AT_ASC,), "ix_incident_company_updated"),
    ],
)
@pytest.mark.parametrize(
    ("companies", "found"),
    [
        ([EMPTY[0]], 0),
        ([QUIET], 3),
        ([EMPTY[0], QUIET, EMPTY[1]], 3),
        ([*EMPTY, QUIET], 3),
        (EMPTY, 0),
    ],
    ids=["one without any", "one with three", "three", "201 of which one has three", "200 without any"],
)
async def test_a_page_of_companies_with_few_incidents_looks_at_theirs_alone(
    filled: Casebook, companies: Sequence[UUID], found: int, orders: Sequence[Order], index: str
) -> None:
    number, read = await scans(filled, frozenset(companies), page(orders))

    assert number == found
    assert {(scan.table, scan.index) for scan in sought(read)} == {("incident", index)}
    assert sum(scan.rows for scan in sought(read)) <= 2 * found
    assert len(read) - len(sought(read)) == 1


async def test_a_page_of_a_company_whose_incidents_are_for_others_looks_at_its_own_alone(filled: Casebook) -> None:
    number, read = await scans(filled, frozenset([SEALED]), page())

    assert (number, sum(scan.rows for scan in sought(read))) == (0, 30)


async def test_a_page_of_companies_with_many_looks_at_little_more_than_is_on_it(filled: Casebook) -> None:
    """Of each of 221 companies at one incident, and then at what is newer than the first of the eleventh newest."""
    number, read = await scans(filled, frozenset([*ONE_OF_MANY, *EMPTY, QUIET]), page())

    assert number == FIRST + 1
    assert sum(scan.rows for scan in sought(read)) <= len(ONE_OF_MANY) + 1 + 2 * (FIRST + 1)


async def test_a_page_of_few_companies_looks_at_a_page_of_each(filled: Casebook) -> None:
    number, read = await scans(filled, frozenset(ONE_OF_MANY[:3]), page())

    assert (number, sum(scan.rows for scan in sought(read))) == (FIRST + 1, 3 * (FIRST + 1))


@pytest.mark.parametrize(
    ("orders", "index"), [(NEWEST, "ix_incident_registered"), ((Order.UPDATED_AT_ASC,), "ix_incident_updated")]
)
async def test_a_page_of_all_companies_is_read_by_time(filled: Casebook, orders: Sequence[Order], index: str) -> None:
    number, read = await scans(filled, EVERY_COMPANY, page(orders))

    assert number == FIRST + 1
    assert [scan.index for scan in read] == [index]
    assert read[0].rows <= FIRST + 1 + 30  # those that are for others may lie in between


async def test_a_page_asked_for_companies_is_theirs_also_for_who_sees_all(filled: Casebook) -> None:
    number, read = await scans(filled, EVERY_COMPANY, page(wanted=Filter(company_ids=[QUIET, EMPTY[0]])))

    assert (number, sum(scan.rows for scan in sought(read))) == (3, 3)


@pytest.mark.parametrize("companies", [EVERY_COMPANY, frozenset([*ONE_OF_MANY, SEALED]), frozenset([SEALED])])
@pytest.mark.parametrize("orders", [NEWEST, (Order.UPDATED_AT_ASC,)])
async def test_a_page_of_restricted_ones_looks_at_no_other(
    filled: Casebook, companies: Companies, orders: Sequence[Order]
) -> None:
    number, read = await scans(filled, companies, page(orders, Filter(restricted=True)))

    assert number == 0
    assert {scan.index for scan in sought(read)} == {"ix_incident_restricted"}
    assert sum(scan.rows for scan in sought(read)) <= 30


@pytest.mark.parametrize("companies", [EVERY_COMPANY, frozenset([*EMPTY, QUIET]), frozenset(ONE_OF_MANY)])
@pytest.mark.parametrize("restricted", [None, True, False])
async def test_a_count_looks_at_no_incident(filled: Casebook, companies: Companies, restricted: bool | None) -> None:
    _, read = await scans(filled, companies, count(Filter(restricted=restricted)))

    assert {scan.table for scan in read} == {"incident_count"}


async def test_many_incidents_of_many_companies_are_sifted_in_the_order_they_lie(
    filled: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few of them company by company, and so are those of few companies."""
    scopes = {
        "few": frozenset([*EMPTY, QUIET]),
        "many": frozenset([*ONE_OF_MANY, *EMPTY]),
        "three": frozenset(ONE_OF_MANY[:3]),
    }
    wanted = Filter(status_categories=["NEW"])
    monkeypatch.setattr("services.incidents.persistence.incidents._MOST_SIFTED", 100)

    seen = {name: (await scans(filled, companies, page(wanted=wanted)))[1] for name, companies in scopes.items()}

    by_company = {"ix_incident_company_registered"}
    assert {scan.index for scan in sought(seen["few"])} == {scan.index for scan in sought(seen["three"])} == by_company
    assert {scan.index for scan in seen["many"]}.isdisjoint(by_company)


_AWAIT: Final = """
INSERT INTO incident_deadline (incident_id, part_type, part_id, company_id, due_at)
SELECT id, 'TASK', gen_random_uuid(), company_id, now() + (number % 40 - 10) * interval '1 day'
FROM (SELECT id, company_id, row_number() OVER (ORDER BY registered_at) AS number FROM incident) AS numbered
WHERE number % 20 = 0
"""


@pytest.mark.parametrize("companies", [EVERY_COMPANY, frozenset([*ONE_OF_MANY, QUIET]), frozenset(ONE_OF_MANY[:1])])
@pytest.mark.parametrize("ask", [page(wanted=Filter(overdue=True)), count(Filter(overdue=True))])
async def test_what_is_overdue_is_found_by_what_is_awaited(
    filled: Casebook, postgres_server: PostgresServer, companies: Companies, ask: Ask
) -> None:
    """A twentieth of the incidents await something, half of that in vain."""
    async with postgres_server.session("test_incidents") as session:
        await session.execute(_AWAIT)
        await session.execute("ANALYZE incident_deadline")
        late = await session.fetchval("SELECT count(*) FROM incident_deadline WHERE due_at < now()")

    _, read = await scans(filled, companies, ask)

    assert 0 < late <= 110
    assert sum(scan.rows for scan in read if scan.table == "incident") <= 2 * late
