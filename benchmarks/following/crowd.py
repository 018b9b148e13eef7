"""Companies with one reader each, made by SQL, and the events of one incident in each, written into the event log.

The events are as the incidents service writes them, but nobody has to make the changes they tell of: what is measured
is what becomes of an event once it is written.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid4

import orjson

from benchmarks.walls.incidents import numbered
from deploy.local.postgres import Connection
from services.access.domain.secrets import digest, new_key

_COMPANY, _USER, _GROUP, _KEY, _INCIDENT = 500_000, 510_000, 520_000, 530_000, 540_000


def company(number: int) -> UUID:
    return numbered(_COMPANY + number)


async def fill(session: Connection, companies: int) -> list[str]:
    """As superuser of the database of access; the API keys of those who see one company each."""
    keys = [new_key() for _ in range(companies)]
    await session.execute(_FUNCTION)
    for statement in (_COMPANIES, _USERS, _GROUPS, _LISTED, _MEMBERS):
        await session.execute(statement, companies)
    rows = [
        (numbered(_KEY + number), numbered(_USER + number), key.prefix, digest(key.secret))
        for number, key in enumerate(keys, 1)
    ]
    await session.executemany(_KEYS, rows)
    return [key.secret for key in keys]


async def register(session: Connection, companies: int) -> None:
    """The first event of the incident of each company; as superuser of the database of incidents."""
    rows = []
    for number in range(1, companies + 1):
        data: dict[str, Any] = {
            "incident_id": numbered(_INCIDENT + number),
            "reference": f"BENCH-2026-{number:06d}",
            **dict.fromkeys(("classification_id", "type_id", "severity_id", "responsible_id")),
            "status_id": uuid4(),
            "status_category": "NEW",
            "visibility": "COMPANY",
            "member_ids": [],
            "version": 1,
        }
        rows.append((uuid4(), "incident.registered.v1", number, 1, orjson.dumps(data).decode()))
    await session.execute(_FUNCTION)
    await session.executemany(_EVENT, rows)


async def tell(session: Connection, numbers: Sequence[int], sequences: dict[int, int]) -> None:
    """One more event of the incident of each of these companies; `sequences` are the last ones so far."""
    rows = []
    for number in numbers:
        sequences[number] = sequence = sequences.get(number, 1) + 1
        data = {
            "incident_id": numbered(_INCIDENT + number),
            "reference": f"BENCH-2026-{number:06d}",
            "changed": ["title"],
            "version": sequence,
        }
        rows.append((uuid4(), "incident.updated.v1", number, sequence, orjson.dumps(data).decode()))
    await session.executemany(_EVENT, rows)


_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION pg_temp.numbered(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$
"""
_COMPANIES: Final = f"""
INSERT INTO company (id, name, code, country, time_zone, default_locale, active, version)
SELECT pg_temp.numbered({_COMPANY} + n), 'Followed company ' || n, 'FOL' || n, 'KZ', 'Asia/Almaty', 'en', true, 1
FROM generate_series(1, $1::bigint) AS n
"""  # noqa: S608  # numbers of ours, here and below
_USERS: Final = f"""
INSERT INTO user_account (id, kind, email, name, locale, active, created_by_id, version, sequence)
SELECT pg_temp.numbered({_USER} + n), 'user', 'follower-' || n || '@example.org', 'Follower ' || n, 'en', true,
       pg_temp.numbered(0), 1, 1
FROM generate_series(1, $1::bigint) AS n
"""  # noqa: S608
_GROUPS: Final = f"""
INSERT INTO access_group (id, name, permissions, every_company, shows_module_link, version, sequence)
SELECT pg_temp.numbered({_GROUP} + n), 'Followers ' || n, ARRAY['incident.view'], false, true, 1, 1
FROM generate_series(1, $1::bigint) AS n
"""  # noqa: S608
_LISTED: Final = f"""
INSERT INTO group_company (group_id, company_id)
SELECT pg_temp.numbered({_GROUP} + n), pg_temp.numbered({_COMPANY} + n) FROM generate_series(1, $1::bigint) AS n
"""  # noqa: S608
_MEMBERS: Final = f"""
INSERT INTO group_member (group_id, user_id)
SELECT pg_temp.numbered({_GROUP} + n), pg_temp.numbered({_USER} + n) FROM generate_series(1, $1::bigint) AS n
"""  # noqa: S608
_KEYS: Final = f"""
INSERT INTO api_key (id, user_id, name, prefix, digest, created_by_id)
VALUES ($1, $2, 'follower', $3, $4, '{UUID(int=0)}')
"""  # noqa: S608
_EVENT: Final = f"""
INSERT INTO event (event_id, type, subject, company_id, sequence, restricted, data)
VALUES ($1, $2, pg_temp.numbered({_INCIDENT} + $3::bigint), pg_temp.numbered({_COMPANY} + $3::bigint), $4, false,
        $5::text::jsonb)
"""  # noqa: S608
