"""A changed supergraph takes over without a request being dropped, and a broken one does not take over."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from chassis.transport import InProcessTransport
from gateway.app import new_open_gateway
from gateway.executor import plans
from gateway.planner import plan_operation
from tests.support.gateway_world import HERE, MINE, World, open_world, send
from tests.support.subgraphs import Subgraph

OLD = (HERE / "supergraph.graphql").read_text()
SIZE = "  size: Int! @join__field(graph: INCIDENTS)\n"
NEW = OLD.replace(SIZE, f"  extent: Int @join__field(graph: INCIDENTS)\n{SIZE}")
NARROW = OLD.replace(SIZE, "")
WITHOUT_ARGUMENT = OLD.replace('argument: "company"', 'argument: "absent"')
BROKEN = ["", "type Query {", "type Query { size: Int }", WITHOUT_ARGUMENT]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "supergraph.graphql"
    path.write_text(OLD)
    return path


@pytest.fixture
def world(signing_keys: Path, file: Path) -> World:
    return open_world(signing_keys, supergraph=file)


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The name of each operation that is planned from now on."""
    names: list[str | None] = []

    def plan(supergraph: Any, operation: Any, *rest: Any) -> Any:
        names.append(operation.name)
        return plan_operation(supergraph, operation, *rest)

    monkeypatch.setattr(plans, "plan_operation", plan)
    return names


def change(file: Path, text: str) -> None:
    aside = file.with_suffix(".new")
    aside.write_text(text)
    aside.replace(file)


async def test_the_next_request_is_answered_from_the_new_supergraph(world: World, key: str, file: Path) -> None:
    assert (await world.ask("{ extent }", key=key)).codes == ["GRAPHQL_VALIDATION_FAILED"]
    change(file, NEW)
    with capture_logs() as logs:
        await world.gateway.door.reload_if_changed()

    assert [line["event"] for line in logs] == ["supergraph_loaded"]
    assert (await world.ask('{ __type(name: "Query") { name } }', key=key)).json() == {
        "data": {"__type": {"name": "Query"}}
    }
    assert "GRAPHQL_VALIDATION_FAILED" not in (await world.ask("{ extent }", key=key)).codes


async def test_a_request_that_runs_is_answered_from_the_supergraph_it_began_with(
    world: World, key: str, file: Path
) -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def wait(body: dict[str, Any]) -> tuple[int, bytes]:
        asked.set()
        await may_answer.wait()
        return 200, world.incidents.execute(body)

    world.incidents.answer = wait
    running = asyncio.create_task(world.ask("{ size }", key=key))
    await asked.wait()
    change(file, NARROW)
    await world.gateway.door.reload_if_changed()
    late = await world.ask("{ size }", key=key)
    may_answer.set()

    assert late.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert (await running).json() == {"data": {"size": 2}}


@pytest.mark.parametrize("text", BROKEN)
async def test_a_broken_file_is_told_once_and_the_old_supergraph_stays(
    world: World, key: str, file: Path, text: str
) -> None:
    engine = world.gateway.engine
    change(file, text)
    with capture_logs() as logs:
        for _ in range(3):
            await world.gateway.door.reload_if_changed()

    assert [line["event"] for line in logs] == ["supergraph_refused"]
    assert logs[0]["reason"] != ""
    assert world.gateway.engine is engine
    assert (await world.ask("{ size }", key=key)).json() == {"data": {"size": 2}}


async def test_a_file_that_has_gone_is_told_once_and_taken_when_it_is_back(world: World, key: str, file: Path) -> None:
    file.unlink()
    with capture_logs() as logs:
        await world.gateway.door.reload_if_changed()
        await world.gateway.door.reload_if_changed()
        change(file, NARROW)
        await world.gateway.door.reload_if_changed()

    assert [line["event"] for line in logs] == ["supergraph_refused", "supergraph_loaded"]
    assert (await world.ask("{ size }", key=key)).codes == ["GRAPHQL_VALIDATION_FAILED"]


async def test_a_file_that_says_the_same_changes_nothing(world: World, file: Path) -> None:
    engine = world.gateway.engine
    change(file, OLD)
    with capture_logs() as logs:
        await world.gateway.door.reload_if_changed()

    assert (world.gateway.engine is engine, logs) == (True, [])


async def test_what_is_asked_is_planned_before_the_new_supergraph_takes_over(
    world: World, key: str, file: Path, planned: list[str | None]
) -> None:
    document = "query Some($yes: Boolean!, $id: ID!) { size @include(if: $yes) incident(id: $id) { id } audit }"
    given = {"yes": True, "id": "i0"}
    first = await world.ask(document, key=key, variables=given)
    await world.ask("query Other { size }", key=key)
    await world.ask("query Other { size }", key=key)
    planned.clear()
    change(file, NEW)
    await world.gateway.door.reload_if_changed()
    assert planned == ["Other", "Some"]

    again = await world.ask(document, key=key, variables=given)

    assert planned == ["Other", "Some"]
    assert again.json()["data"] == first.json()["data"]


async def test_what_the_new_supergraph_cannot_answer_does_not_keep_it_away(world: World, key: str, file: Path) -> None:
    await world.ask("{ size }", key=key)
    await world.ask("{ audit }", key=world.user(audit_read=[MINE]))
    change(file, NARROW)
    with capture_logs() as logs:
        await world.gateway.door.reload_if_changed()

    assert [(line["event"], line["plans"]) for line in logs] == [("supergraph_loaded", 1)]


async def test_a_document_that_the_planner_stumbles_over_does_not_keep_it_away(
    world: World, key: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.ask("{ size }", key=key)

    def stumble(*_: Any) -> Any:
        raise AssertionError("a bug")

    monkeypatch.setattr(plans, "plan_operation", stumble)
    change(file, NEW)
    with capture_logs() as logs:
        await world.gateway.door.reload_if_changed()

    assert [line["event"] for line in logs] == ["bug", "supergraph_loaded"]


async def test_the_file_is_followed_while_watched(file: Path) -> None:
    subgraph = Subgraph((HERE / "incidents.graphql").read_text(), {"Query": {"size": 2}})
    gateway = new_open_gateway(file, InProcessTransport({"incidents": subgraph}), file.parent)
    engine = gateway.door.engine
    watching = asyncio.create_task(gateway.door.watch(0.001))
    change(file, NEW)
    async with asyncio.timeout(10):
        while gateway.door.engine is engine:
            await asyncio.sleep(0.001)
    watching.cancel()

    body = orjson.dumps({"query": '{ __type(name: "Query") { fields { name } } }'})
    answer = await send(gateway.application, "POST", "/graphql", body, {"content-type": "application/json"})
    assert "extent" in answer.body.decode()
