"""Functions that run with the rights of the tables' owner: who may call them, and whose names they trust."""

from deploy.local.postgres import PostgresServer
from tests.support.services import RunningService

_FUNCTIONS = """
SELECT p.proname, p.prorettype = 'trigger'::regtype AS reacting, has_function_privilege('public', p.oid, 'execute'),
    has_function_privilege($1, p.oid, 'execute'), coalesce(p.proconfig, '{}')
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef ORDER BY p.proname
"""


async def test_only_the_service_calls_them_and_no_temporary_table_takes_the_place_of_one_they_name(
    incidents_service: RunningService, postgres_server: PostgresServer
) -> None:
    role = incidents_service.database.engine.url.username

    async with postgres_server.session("test_incidents") as session:
        found = [tuple(row) for row in await session.fetch(_FUNCTIONS, role)]

    called = [(name, by_all, by_service) for name, reacting, by_all, by_service, _ in found if not reacting]
    assert called == [("purge_incident", False, True), ("search_incidents", False, True)]
    for name, *_, settings in found:
        (path,) = [each for each in settings if each.startswith("search_path=")]
        assert path.endswith(", pg_temp"), name
