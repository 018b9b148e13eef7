"""What is looked at for indicators and tags: as much as is asked for, whatever others there are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import pytest
from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Companies
from chassis.identifiers import uuid7
from deploy.local.postgres import PostgresServer
from services.incidents.domain import permissions
from services.incidents.domain.indicators.kinds import digest
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.indicator_rows import IndicatorRow
from services.incidents.persistence.indicators import IndicatorFilter, Indicators
from services.incidents.persistence.orders import Order
from services.incidents.persistence.tags import tags_in_use
from tests.support.casebook import Casebook
from tests.support.scans import Scan, scans
from tests.support.services import SYSTEM, user

BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
COMPANIES: Final = [uuid7() for _ in range(4)]
TYPE: Final = uuid7()
NUMBER: Final = 4_000
# Incident n has the value n / 16, which three others of its company have too, and one that all incidents have.
_FILL: Final = (
    """
    INSERT INTO incident (id, reference, company_id, title, status_id, status_category, registered_by_id, registered_at,
                          updated_at, tags, version, sequence, restricted, member_ids)
    SELECT gen_random_uuid(), 'N-' || n, ($1::uuid[])[1 + n % 4], 'One of many', gen_random_uuid(), 'NEW',
           gen_random_uuid(), at, at, ARRAY['all', 'tag-' || n % 50], 1, 1, false, '{}'
    FROM generate_series(0, $3::int - 1) AS n
    CROSS JOIN LATERAL (SELECT $2::timestamptz + n * interval '1 minute' AS at)
    """,
    """
    INSERT INTO indicator (id, company_id, type_id, type_code, value, form, digest, tlp, pap, is_ioc, tags, attack_ids,
                           whitelisted, created_at, created_by_id, version)
    SELECT gen_random_uuid(), company, $2::uuid, 'x-other', value, value,
           left(encode(sha256(convert_to(value, 'UTF8')), 'hex'), 32)::uuid, 'AMBER', 'AMBER', false, '{}', '{}',
           false, now(), gen_random_uuid(), 1
    FROM unnest($1::uuid[]) AS company
    CROSS JOIN (SELECT 'v' || n AS value FROM generate_series(0, $3::int / 16) AS n UNION ALL SELECT 'hot') AS given
    """,
    """
    INSERT INTO incident_indicator (id, incident_id, company_id, created_at, created_by_id, version, indicator_id,
                                    type_id, digest, role, sighted, ignore_similarity)
    SELECT lpad(to_hex(n * 2 + (indicator.value = 'hot')::int), 32, '0')::uuid, incident.id, incident.company_id, now(),
           gen_random_uuid(), 1, indicator.id, indicator.type_id, indicator.digest, 'UNKNOWN', false, false
    FROM incident CROSS JOIN LATERAL (SELECT substr(reference, 3)::int AS n) AS numbered
    JOIN indicator ON indicator.company_id = incident.company_id AND indicator.value IN ('hot', 'v' || n / 16)
    """,
    "ANALYZE incident, indicator, incident_indicator, incident_tag",
)


@pytest.fixture
async def filled(casebook: Casebook, postgres_server: PostgresServer) -> Casebook:
    async with postgres_server.session("test_incidents") as session:
        await session.execute(_FILL[0], COMPANIES, BEGIN, NUMBER)
        await session.execute(_FILL[1], COMPANIES, TYPE, NUMBER)
        for statement in _FILL[2:]:
            await session.execute(statement)
    return casebook


def rows(read: Sequence[Scan]) -> int:
    return sum(scan.rows for scan in read)


@pytest.mark.parametrize("companies", [EVERY_COMPANY, frozenset(COMPANIES), frozenset(COMPANIES[:1])])
async def test_incidents_of_a_rare_indicator_are_found_without_the_others(
    filled: Casebook, companies: Companies
) -> None:
    actor = user({permissions.VIEW: companies})
    wanted = Filter(indicators=({digest("v3")}, ()))

    found, read = await scans(
        filled.service,
        actor,
        lambda session: Incidents(session, actor).page(wanted, [Order.REGISTERED_AT_DESC], 20, None),
    )

    assert len(found) == (4 if companies == frozenset(COMPANIES[:1]) else 16)
    assert rows(read) <= 100


@pytest.mark.parametrize("companies", [EVERY_COMPANY, frozenset(COMPANIES)])
async def test_incidents_are_found_by_the_id_of_a_rare_indicator_without_the_others(
    filled: Casebook, companies: Companies
) -> None:
    actor = user({permissions.VIEW: companies})
    async with filled.service.database.read(SYSTEM) as session:
        of = IndicatorRow.form == "v3", IndicatorRow.company_id == COMPANIES[0]
        id = (await session.scalars(select(IndicatorRow.id).where(*of))).one()

    found, read = await scans(
        filled.service,
        actor,
        lambda session: Incidents(session, actor).page(
            Filter(indicators=((), {id})), [Order.REGISTERED_AT_DESC], 20, None
        ),
    )

    assert len(found) == 4
    assert rows(read) <= 100


@pytest.mark.parametrize("companies", [EVERY_COMPANY, frozenset(COMPANIES)])
async def test_indicators_of_companies_are_read_newest_first(filled: Casebook, companies: Companies) -> None:
    actor = user({permissions.VIEW: companies})

    found, read = await scans(
        filled.service, actor, lambda session: Indicators(session, actor).page(IndicatorFilter(), 10, None)
    )

    assert len(found) == 11
    assert sum(scan.rows for scan in read if scan.table == "indicator") <= 4 * 11 + 11


@pytest.mark.parametrize(("prefix", "most"), [("", ("all", NUMBER)), ("tag-1", ("tag-1", NUMBER // 50))])
async def test_tags_are_suggested_without_a_look_at_the_incidents(
    filled: Casebook, prefix: str, most: tuple[str, int]
) -> None:
    companies = frozenset(COMPANIES)
    actor = user({permissions.VIEW: companies})

    found, read = await scans(filled.service, actor, lambda session: tags_in_use(companies, prefix, 20, actor, session))

    assert tuple(found[0]) == most
    assert {scan.table for scan in read} == {"incident_tag"}
    assert rows(read) <= 2 * 51 * len(COMPANIES)
