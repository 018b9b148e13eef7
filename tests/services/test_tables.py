"""The tables that migrations make are those that the code describes, to the last constraint and index.

What the code describes is created in a schema of its own beside the migrated one, and the catalogues are compared.
The parts of a partitioned table are made as they are needed, and are as the whole is.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from chassis.commandline import Service
from chassis.migrations import migrate
from chassis.tables import Mechanism
from deploy.local.provision import DatabaseUrls
from deploy.local.services import SERVICES

MODEL = "model"
CATALOGUES = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
            AND c.relnamespace = to_regnamespace(:schema)
    """,
    "constraints": """
        SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE k.contype NOT IN ('n', 't') AND NOT c.relispartition AND c.relnamespace = to_regnamespace(:schema)
    """,
    "indexes": """
        SELECT c.relname, i.relname, pg_get_indexdef(i.oid)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
        WHERE NOT c.relispartition AND c.relnamespace = to_regnamespace(:schema)
    """,
}


async def _described(connection: AsyncConnection, schema: str) -> dict[str, set[tuple[Any, ...]]]:
    found: dict[str, set[tuple[Any, ...]]] = {}
    for name, catalogue in CATALOGUES.items():
        rows = await connection.execute(text(catalogue), {"schema": schema})
        plain = (tuple(v.replace(f"{schema}.", "") if isinstance(v, str) else v for v in row) for row in rows)
        found[name] = {row for row in plain if row[0] != "alembic_version"}
    return found


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_migrations_make_what_the_code_describes(
    service: Service, service_databases: Mapping[str, DatabaseUrls]
) -> None:
    urls = service_databases[service.name]
    await migrate(urls.owner, urls.app, service.versions, service.metadata)
    engine = create_async_engine(urls.owner, poolclass=NullPool)
    try:
        async with engine.connect() as plain:
            await plain.execute(text(f"CREATE SCHEMA {MODEL}"))
            modelled = await plain.execution_options(schema_translate_map={None: MODEL})
            for metadata in (service.metadata, Mechanism.metadata):
                await modelled.run_sync(metadata.create_all)
            migrated, described = await _described(plain, "public"), await _described(plain, MODEL)
            await plain.rollback()
    finally:
        await engine.dispose()

    for name in CATALOGUES:
        assert sorted(migrated[name] - described[name], key=str) == sorted(described[name] - migrated[name], key=str)
        assert migrated[name]
