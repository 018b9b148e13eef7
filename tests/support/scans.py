"""What PostgreSQL looks at for a statement of the incidents service, as it explains it."""

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from chassis.access import Actor
from chassis.database import ReadSession
from tests.support.services import RunningService


@dataclass(frozen=True, slots=True)
class Scan:
    """A look at a table by an index (None: at all of it), and how many of its rows were looked at."""

    table: str
    index: str | None
    rows: int


async def scans(
    service: RunningService, actor: Actor, ask: Callable[[ReadSession], Awaitable[Any]]
) -> tuple[Any, list[Scan]]:
    """What comes out, and how: the last statement is run once more to be explained, behind the same walls."""
    told: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        told.append((statement, parameters))

    engine = service.database.engine.sync_engine
    async with service.database.read(actor) as session:
        event.listen(engine, "before_cursor_execute", note)
        try:
            found = await ask(session)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        statement, parameters = told[-1]
        connection = await session.connection()
        explained = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
        ((plan,),) = explained.all()
    read = json.loads(plan) if isinstance(plan, str) else plan
    return found, list(_scans(read[0]["Plan"]))


def _scans(node: dict[str, Any]) -> Iterator[Scan]:
    if "Relation Name" in node:
        removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        rows = (node["Actual Rows"] + removed) * node["Actual Loops"]
        by = node["Plans"][-1] if node["Node Type"] == "Bitmap Heap Scan" else node
        yield Scan(node["Relation Name"], by.get("Index Name"), round(rows))
    for each in node.get("Plans", ()):
        yield from _scans(each)
