"""Row-level security alone, for every table of every service: what it keeps from an actor whom no query limits.

A table that says whose its rows are, by `company_id`, has walls; one without is named here with the reason why.
"""

from contextlib import AbstractAsyncContextManager
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import ColumnElement, CursorResult, Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from chassis.access import Actor
from chassis.database import Database, UnitOfWork
from chassis.migrations import SEALED
from chassis.tables import Mechanism
from deploy.local.all_in_one import AllInOne
from deploy.local.services import SERVICES
from services.access.domain.permissions import NAMES
from tests.support.matrix_world import World
from tests.support.services import SYSTEM, user

OPEN: Final = {
    "access.group_company": "which companies a group has is read by who decides about the group; it holds ids only",
    **{
        f"{service.name}.event": "the log is read by the relay, which serves all companies; it holds ids only"
        for service in SERVICES
    },
}
PASSING: Final = {"notifications.feed_arrival"}  # rows stay for milliseconds; tests of its service hold them there
UNSEEN: Final = {"incidents.incident_disclosure"}  # what the service alone reads, whoever asks
OTHER_NAMES: Final = {"access.company": "id"}  # tables whose rows belong to a company by another column


def owned_tables() -> dict[str, tuple[str, Table, str]]:
    """By `service.table`: service, table, and the column that tells the company."""
    found: dict[str, tuple[str, Table, str]] = {}
    for service in SERVICES:
        for table in (*service.metadata.tables.values(), *Mechanism.metadata.tables.values()):
            name = f"{service.name}.{table.name}"
            column = OTHER_NAMES.get(name, "company_id")
            if column in table.c:
                found[name] = (service.name, table, column)
    return found


TABLES: Final = owned_tables()
SEALED_TABLES: Final = {name for name, (_, table, _) in TABLES.items() if table.info.get(SEALED)}
WALLED: Final = sorted(TABLES.keys() - OPEN.keys() - SEALED_TABLES - PASSING)
ABOUT_INCIDENTS: Final = {
    **{name: "incident_id" for name in WALLED if "incident_id" in TABLES[name][1].c},
    "incidents.incident": "id",
    "files.incident_ref": "id",
    **dict.fromkeys(("files.file", "files.upload", "files.file_custody"), "owner_id"),
    "notifications.incident_ref": "id",
}


@pytest.fixture
def foreign(world: World) -> UUID:
    """A company with rows in every table."""
    return UUID(world.foreign.target.ids["Company"])


@pytest.fixture
def stranger(world: World) -> Actor:
    """Holds every permission there is, elsewhere."""
    own = UUID(world.targets["own"].ids["Company"])
    return user({permission: [own] for permission in NAMES})


@pytest.fixture
def insider(world: World) -> Actor:
    """Holds every permission but one in the company of a restricted incident, and is no member of it."""
    own = UUID(world.targets["own"].ids["Company"])
    return user({permission: [own] for permission in NAMES - {"incident.view_restricted"}})


def database_of(system: AllInOne, name: str) -> tuple[Database, Table, ColumnElement[Any]]:
    service, table, column = TABLES[name]
    return system.runtimes[service].database, table, table.c[column]


async def test_every_table_of_companies_has_walls_that_also_hold_for_its_owner(system: AllInOne) -> None:
    unprotected = set()
    for name in TABLES:
        database, table, _ = database_of(system, name)
        async with database.engine.connect() as connection:
            walls = (await connection.execute(_WALLS, {"name": table.name})).one()
            if not (walls.relrowsecurity and walls.relforcerowsecurity) or (name in OPEN and walls.open):
                unprotected.add(name)

    assert unprotected == OPEN.keys()


async def test_no_service_works_as_a_role_that_walls_do_not_hold_for(system: AllInOne) -> None:
    for runtime in system.runtimes.values():
        async with runtime.database.engine.connect() as connection:
            role = (await connection.execute(_ROLE)).one()
            assert (role.rolsuper, role.rolbypassrls, role.owned) == (False, False, 0)


@pytest.mark.parametrize("name", sorted(SEALED_TABLES))
async def test_of_a_sealed_table_no_service_reads_or_changes_anything(system: AllInOne, name: str) -> None:
    database, table, column = database_of(system, name)
    everything = (select(func.count()).select_from(table), delete(table), update(table).values({column.name: column}))

    for statement in everything:
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database.work(SYSTEM) as work:
                await work.session.execute(statement)


async def test_a_search_finds_nothing_foreign_and_nothing_restricted_to_others(
    system: AllInOne, world: World, stranger: Actor, insider: Actor
) -> None:
    """The function alone, without the conditions of the query; that everything has a document is told by its owner."""
    database = system.runtimes["incidents"].database
    own, secret = (UUID(world.targets[each].ids["Incident"]) for each in ("own", "restricted"))
    foreign = UUID(world.foreign.target.ids["Incident"])

    async def found(actor: Actor) -> set[UUID]:
        async with database.read(actor) as session:
            return set((await session.execute(_SEARCH)).scalars()) & {own, secret, foreign}

    assert await found(SYSTEM) == {own, secret, foreign}
    assert await found(stranger) == {own, secret}
    assert await found(insider) == {own}
    assert await found(user()) == set()
    async with database.engine.connect() as connection:
        assert (await connection.execute(_SEARCH)).all() == []


@pytest.mark.parametrize("name", WALLED)
async def test_nothing_foreign_is_there_for_a_query_without_conditions(
    system: AllInOne, foreign: UUID, stranger: Actor, name: str
) -> None:
    database, table, column = database_of(system, name)
    everything = select(func.count()).select_from(table).where(column == foreign)

    async def seen(opened: AbstractAsyncContextManager[Any]) -> int | None:
        async with opened as given:
            session = given.session if isinstance(given, UnitOfWork) else given
            number: int | None = await session.scalar(everything)
            return number

    assert await seen(database.work(SYSTEM)) != 0
    assert await seen(database.read(stranger)) == 0
    assert await seen(database.work(stranger)) == 0
    assert await seen(database.read(user())) == 0


@pytest.mark.parametrize("name", WALLED)
async def test_a_transaction_that_was_told_nothing_sees_no_company_s_rows(
    system: AllInOne, foreign: UUID, name: str
) -> None:
    database, table, column = database_of(system, name)

    async with database.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(table).where(column.is_not(None))) == 0


@pytest.mark.parametrize("name", WALLED)
async def test_nothing_foreign_is_changed_taken_or_added_by_a_statement_without_conditions(
    system: AllInOne, foreign: UUID, stranger: Actor, name: str
) -> None:
    database, table, column = database_of(system, name)
    before = await rows_of(database, table, column, foreign)

    for statement in (
        update(table).where(column == foreign).values({column.name: foreign}),
        delete(table).where(column == foreign),
    ):
        assert await changed(database, stranger, statement) == 0
    for row in before:
        assert await changed(database, stranger, insert(table).values(row._asdict())) == 0
    assert await rows_of(database, table, column, foreign) == before


@pytest.mark.parametrize("name", ABOUT_INCIDENTS)
async def test_nothing_of_a_restricted_incident_is_there_for_others_of_its_company(
    system: AllInOne, world: World, insider: Actor, name: str
) -> None:
    database, table, _ = database_of(system, name)
    column, restricted = table.c[ABOUT_INCIDENTS[name]], UUID(world.targets["restricted"].ids["Incident"])
    before = await rows_of(database, table, column, restricted)
    holder = user({permission: [UUID(world.targets["own"].ids["Company"])] for permission in NAMES})

    assert before != []
    assert await rows_of(database, table, column, restricted, holder) == ([] if name in UNSEEN else before)
    assert await rows_of(database, table, column, restricted, insider) == []
    for statement in (update(table).where(column == restricted).values({column.name: restricted}), delete(table)):
        assert await changed(database, insider, statement.where(column == restricted)) == 0
    for row in before if name != "incidents.incident" else ():
        assert await changed(database, insider, insert(table).values(row._asdict())) == 0
    assert await rows_of(database, table, column, restricted) == before


async def rows_of(
    database: Database, table: Table, column: ColumnElement[Any], value: UUID, actor: Actor = SYSTEM
) -> list[Any]:
    async with database.work(actor) as work:
        found = await work.session.execute(select(table).where(column == value).order_by(*table.primary_key))
        return list(found.all())


async def changed(database: Database, actor: Actor, statement: Any) -> int:
    """How many rows; none where the walls or the rights of the role refuse it."""
    try:
        async with database.work(actor) as work:
            result = await work.session.execute(statement)
            assert isinstance(result, CursorResult)
            return result.rowcount
    except DBAPIError as error:
        if any(reason in str(error) for reason in _REFUSALS):
            return 0
        raise


_REFUSALS: Final = ("row-level security", "permission denied")
_WALLS: Final = text(
    """
    SELECT relrowsecurity, relforcerowsecurity, EXISTS (
        SELECT FROM pg_policies WHERE tablename = relname AND cmd = 'SELECT' AND qual = 'true'
    ) AS open
    FROM pg_class WHERE oid = CAST(:name AS regclass)
    """
)
_SEARCH: Final = text("SELECT incident_id FROM search_incidents(CAST('!nothing' AS tsquery), NULL, 100000)")
_ROLE: Final = text(
    """
    SELECT rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid) AS owned
    FROM pg_roles WHERE rolname = current_user
    """
)
