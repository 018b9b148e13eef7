"""A page of the list costs the same few statements and fetches however long it is."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from deploy.local.all_in_one import AllInOne

LIST = """
query ($first: Int!) {
  incidents(first: $first) {
    nodes {
      reference title
      company { name code } classification { name } type { name } status { name color } severity { name }
      responsible { name } registeredBy { name }
    }
  }
}
"""

_BACKGROUND = frozenset({"event", "parked_event"})  # what relays and consumers look at all the time


@pytest.fixture
def statements(system: AllInOne) -> Iterator[Counter[str]]:
    """SELECTs of tables, by service."""
    counted: Counter[str] = Counter()
    listeners = []
    for name, runtime in system.runtimes.items():

        def count(_c: Any, _cu: Any, statement: str, *_: Any, service: str = name) -> None:
            words = statement.upper().split()
            if words[0] == "SELECT" and "FROM" in words and not _BACKGROUND.intersection(statement.split()):
                counted[service] += 1

        event.listen(runtime.database.engine.sync_engine, "before_cursor_execute", count)
        listeners.append((runtime.database.engine.sync_engine, count))
    yield counted
    for engine, count in listeners:
        event.remove(engine, "before_cursor_execute", count)


@pytest.fixture
def fetches(system: AllInOne) -> Iterator[Counter[str]]:
    """Requests to subgraphs, by service."""
    counted: Counter[str] = Counter()
    post = system.transport.post

    async def counting(url: str, *given: Any, **more: Any) -> Any:
        if url.endswith("/graphql") and "//gateway" not in url:
            counted[url.split("/")[2]] += 1
        return await post(url, *given, **more)

    system.transport.post = counting  # type: ignore[method-assign]  # only for this test
    yield counted
    system.transport.post = post  # type: ignore[method-assign]  # as it was


async def test_a_list_costs_one_fetch_per_subgraph_and_a_constant_number_of_statements(
    admin: Any, statements: Counter[str], fetches: Counter[str]
) -> None:
    await admin.ask(LIST, first=2)  # fills what is remembered: grants, the plan, the directories
    statements.clear()
    await admin.ask(LIST, first=2)
    few = Counter(statements)
    statements.clear()
    fetches.clear()

    page = await admin.ask(LIST, first=24)

    assert len(page["incidents"]["nodes"]) == 24
    assert fetches == {"incidents": 1, "access": 1, "directories": 1}
    assert statements == few
    assert few == {"incidents": 1, "access": 2}
