"""What is searched of the generated incidents: texts of words that stand in all, in one of a hundred, and in fewer."""

from typing import Final

from benchmarks.walls.incidents import fill
from deploy.local.postgres import Connection

_DESCRIPTION: Final = """
'It happened again: often' || (hashint8(n) & 2147483647) % 100 || ' seldom' || (hashint8(n + 7) & 2147483647) % 100
|| ' ' ||
(SELECT string_agg('word' || (hashint8(n * 31 + k) & 2147483647) % 20000, ' ') FROM generate_series(1, 40) AS k)
"""
_DOCUMENTS: Final = """
INSERT INTO incident_search SELECT id, company_id, restricted, member_ids, language,
    own_document(company_id, reference, title, tags, description, language) FROM incident WHERE deleted_at IS NULL
"""
_INDEX: Final = "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_incident_search_document'"


async def fill_with_documents(session: Connection, incidents: int, companies: int) -> None:
    """As superuser; the index is made at the end, for that is quicker."""
    made = await session.fetchval(_INDEX)
    await session.execute("DROP INDEX ix_incident_search_document; DELETE FROM incident_search; DELETE FROM incident")
    await session.execute("DELETE FROM incident_count")
    await fill(session, incidents, companies, _DESCRIPTION)
    await session.execute(_DOCUMENTS, timeout=3600)
    await session.execute(str(made), timeout=3600)
    await session.execute("VACUUM ANALYZE incident_search", timeout=600)
