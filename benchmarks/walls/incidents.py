"""A million generated incidents, made by SQL inside of PostgreSQL, and who is asked to see which of them.

Companies are numbers that became ids: 200 have nearly all incidents, evenly, one in a hundred of them restricted.
Two thousand others have none, but for one that has fifty, long ago. Of one more all incidents are restricted.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from chassis.access import EVERY_COMPANY, Companies
from deploy.local.postgres import Connection

_BUSY: Final = range(1, 201)
_QUIET: Final = range(1001, 3001)
_WITH_FEW: Final = 1003
_SEALED: Final = 3001
WATCHER: Final = 20_005
"""Who asks. Members of restricted incidents are two of five thousand people, so the one who asks is one of few."""


def numbered(number: int) -> UUID:
    return UUID(f"01900000-0000-7000-8000-{number:012x}")


def _all(numbers: Iterable[int]) -> Companies:
    return frozenset(map(numbered, numbers))


SCOPES: Final[dict[str, Companies]] = {
    "1 company": _all([5]),
    "3 companies": _all([5, 6, 7]),
    "200 companies": _all(_BUSY),
    "2,000 companies": _all([*_BUSY, *_QUIET[100:1900]]),
    "all companies": EVERY_COMPANY,
    "1 company without any": _all([1001]),
    "3 companies of which one has 50": _all([1001, 1002, _WITH_FEW]),
    "200 companies of which one has 50": _all(_QUIET[:200]),
    "2,000 companies of which one has 50": _all(_QUIET),
    "1 company, 5,000 restricted to others": _all([_SEALED]),
}


_DESCRIPTION: Final = "repeat('Words about what happened. ', 12)"


async def fill(
    session: Connection, incidents: int, evenly_over: int | None = None, description: str = _DESCRIPTION
) -> None:
    """As superuser, whom the table's walls do not hold; triggers wait, and their numbers are filled in afterwards.

    With `evenly_over` all incidents are of so many companies, and each has its share. `description` is SQL of the
    number `n`.
    """
    await session.execute("SET session_replication_role = replica")
    company = _COMPANY if evenly_over is None else f"1 + (hashint8(n) & 2147483647) % {evenly_over:d}"
    await session.execute(_FUNCTIONS)
    filling = _FILL.format(company=company, incidents=incidents, description=description)
    await session.execute(filling, timeout=1800)
    await session.execute(_COUNT, timeout=600)
    await session.execute("VACUUM ANALYZE incident", timeout=600)
    await session.execute("VACUUM ANALYZE incident_count")


_COMPANY: Final = f"""
CASE WHEN n <= 50 THEN {_WITH_FEW} WHEN n % 200 = 7 THEN {_SEALED} ELSE 1 + (hashint8(n) & 2147483647) % 200 END
"""
_FUNCTIONS: Final = """
CREATE FUNCTION pg_temp.numbered(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.version_7(n bigint, at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3)
           || '8' || substr(md5(n::text), 4, 15))::uuid $$;
"""
_FILL: Final = f"""
INSERT INTO incident (id, reference, company_id, title, description, classification_id, type_id, status_id,
                      status_category, severity_id, responsible_id, registered_by_id, occurred_at, registered_at,
                      updated_at, tags, version, sequence, restricted, member_ids)
SELECT pg_temp.version_7(n, at), 'N-' || n, pg_temp.numbered(company), 'Generated incident ' || n,
       {{description}}, pg_temp.numbered(10000 + n % 20), pg_temp.numbered(11000 + n % 60),
       pg_temp.numbered(12000 + n % 9), (ARRAY['NEW', 'TRIAGE', 'ACTIVE', 'RESOLVED', 'CLOSED'])[1 + n % 5],
       pg_temp.numbered(13000 + n % 4), CASE WHEN n % 3 = 0 THEN pg_temp.numbered(20000 + n % 5000) END,
       pg_temp.numbered(20000 + n % 5000), at - interval '1 day', at, at + n % 1000 * interval '1 hour', '{{{{}}}}',
       1, 1, secret, CASE WHEN secret THEN ARRAY[pg_temp.numbered(20000 + n % 5000), pg_temp.numbered(20000 + n % 77)]
               ELSE '{{{{}}}}' END
FROM (
    SELECT n, company, '2023-01-01'::timestamptz + n * interval '90 seconds' AS at,
           n % 100 = 0 OR company = {_SEALED} AS secret
    FROM (SELECT n, {{company}} AS company FROM generate_series(1, {{incidents}}) AS n) AS chosen
) AS drawn ORDER BY n
"""  # noqa: S608  # numbers of ours
_COUNT: Final = """
INSERT INTO incident_count SELECT audience, company_id, count(*) FROM incident CROSS JOIN LATERAL (
    SELECT DISTINCT unnest(CASE WHEN restricted THEN member_ids || 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
                           ELSE '{ffffffff-ffff-ffff-ffff-fffffffffffe}' END) AS audience
) AS audiences WHERE deleted_at IS NULL GROUP BY audience, company_id
ON CONFLICT ON CONSTRAINT pk_incident_count DO UPDATE SET number = excluded.number
"""
