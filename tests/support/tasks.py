"""Tasks of incidents for tests: what is asked, and the shortest way through it."""

from typing import Any

from tests.support.casebook import Casebook
from tests.support.services import Json

TASKS = """
query ($id: ID!, $first: Int = 20, $after: String) { incident(id: $id) { version sequence
    taskCounts { total finished mandatory blocking overdue }
    tasks(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { id title status dependsOn assignees { id } team { id } dueAt startedAt finishedAt result version } } } }
"""
MINE = """
query ($statuses: [IncidentTaskStatus!], $first: Int = 20, $after: String) {
  myIncidentTasks(statuses: $statuses, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { title status incident { reference } } } }
"""
OVERDUE = "query ($wanted: Boolean!) { incidents(filter: {overdue: $wanted}) { totalCount nodes { id } } }"
LONG_AGO, LATER, MUCH_LATER = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z", "2091-01-01T00:00:00Z"


async def shown(casebook: Casebook, incident: Json, actor: Any = None, **more: Any) -> Json:
    asking = actor or casebook.reader(casebook.acme)
    found: Json = (await casebook.service.data(TASKS, asking, id=incident["id"], **more))["incident"]
    return found


async def titles(casebook: Casebook, incident: Json) -> list[str]:
    return [each["title"] for each in (await shown(casebook, incident))["tasks"]["nodes"]]


async def mine(casebook: Casebook, actor: Any, **more: Any) -> list[str]:
    found = (await casebook.service.data(MINE, actor, **more))["myIncidentTasks"]
    assert found["totalCount"] >= len(found["nodes"])
    return [each["title"] for each in found["nodes"]]


async def overdue(casebook: Casebook, actor: Any, *, wanted: bool = True) -> list[str]:
    found = (await casebook.service.data(OVERDUE, actor, wanted=wanted))["incidents"]
    assert found["totalCount"] == len(found["nodes"])
    return [each["id"] for each in found["nodes"]]
