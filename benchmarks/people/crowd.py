"""Companies, people and groups made by SQL, and two of the people who are measured.

The first group lists three companies, whatever else there is, and one person is in it alone. Groups two to six share
all companies among them, and another person is in all five. The others are in two of the other groups each.
"""

from dataclasses import dataclass
from typing import Final

from benchmarks.walls.incidents import numbered
from deploy.local.postgres import Connection
from services.access.adapters.password_hashing import PasswordHashing

PASSWORD: Final = "four words for people"  # noqa: S105  # of people who live as long as a measurement
NARROW: Final = "person-1@example.org"
WIDE: Final = "person-2@example.org"
_OF_ALL: Final = 5


@dataclass(frozen=True, slots=True)
class Crowd:
    companies: int
    users: int
    groups: int


SMALL: Final = Crowd(companies=10, users=10, groups=10)
LARGE: Final = Crowd(companies=2_000, users=10_000, groups=500)


async def fill(session: Connection, crowd: Crowd) -> None:
    """As superuser of the database of access."""
    hashed = await PasswordHashing().hash(PASSWORD)
    await session.execute(_FUNCTION)
    await session.execute(_COMPANIES, crowd.companies)
    await session.execute(_USERS, crowd.users, hashed, numbered(0))
    await session.execute(_GROUPS, crowd.groups)
    await session.execute(_LISTED, crowd.companies, crowd.groups, _OF_ALL, min(40, crowd.companies // 3))
    await session.execute(_MEMBERS, crowd.users, crowd.groups, _OF_ALL)
    await session.execute("VACUUM ANALYZE")


_FUNCTION: Final = """
CREATE FUNCTION pg_temp.numbered(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$
"""
_COMPANIES: Final = """
INSERT INTO company (id, name, code, country, time_zone, default_locale, active, version)
SELECT pg_temp.numbered(n), 'Generated company ' || n, 'GEN' || n, 'KZ', 'Asia/Almaty', 'en', true, 1
FROM generate_series(1, $1::bigint) AS n
"""
_USERS: Final = """
INSERT INTO user_account (id, kind, email, name, locale, active, password_hash, created_by_id, version, sequence)
SELECT pg_temp.numbered(100000 + n), 'user', 'person-' || n || '@example.org', 'Person ' || n, 'en', true,
       CASE WHEN n <= 2 THEN $2 END, $3, 1, 1
FROM generate_series(1, $1::bigint) AS n
"""
_GROUPS: Final = """
INSERT INTO access_group (id, name, permissions, every_company, shows_module_link, version, sequence)
SELECT pg_temp.numbered(200000 + n), 'Group ' || n,
       ARRAY['incident.view', 'incident.add', 'incident.edit', 'incident.close', 'company.view'], false, true, 1, 1
FROM generate_series(1, $1::bigint) AS n
"""
_LISTED: Final = """
INSERT INTO group_company (group_id, company_id)
SELECT pg_temp.numbered(200001), pg_temp.numbered(n) FROM generate_series(1, 3) AS n
UNION ALL
SELECT pg_temp.numbered(200002 + n % $3), pg_temp.numbered(n) FROM generate_series(1, $1::bigint) AS n
UNION ALL
SELECT DISTINCT pg_temp.numbered(200000 + g), pg_temp.numbered(1 + (g * 41 + n) % $1)
FROM generate_series(2 + $3::bigint, $2::bigint) AS g CROSS JOIN generate_series(1, $4::bigint) AS n
"""
_MEMBERS: Final = """
INSERT INTO group_member (group_id, user_id)
SELECT pg_temp.numbered(200001), pg_temp.numbered(100001)
UNION ALL
SELECT pg_temp.numbered(200001 + n), pg_temp.numbered(100002) FROM generate_series(1, $3::bigint) AS n
UNION
SELECT pg_temp.numbered(2 + 200000 + $3 + (n * k) % ($2 - $3 - 1)), pg_temp.numbered(100000 + n)
FROM generate_series(3, $1::bigint) AS n CROSS JOIN (VALUES (1), (7)) AS times (k)
"""
