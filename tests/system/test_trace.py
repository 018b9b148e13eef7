"""One trace from a caller's change through the gateway, a subgraph, its SQL and its event to whoever hears of it."""

from collections.abc import AsyncIterator

import orjson
import pytest
from sqlalchemy import event, select

from chassis import statements
from chassis.access import EVERY_COMPANY, Actor
from chassis.statements import trace_statements
from chassis.tables import EventRow
from chassis.trace_export import TracingSettings, exported
from deploy.local.all_in_one import AllInOne
from tests.support.collector import Collector, Span, collecting
from tests.support.gateway_world import Reply, send
from tests.support.row_digests import settled

CANARY = "canary-of-the-trace"
TRACE, PARENT = "c" * 32, "d" * 16
REGISTER = """
mutation {
  registerIncident(input: {title: "%s", company: {code: "NORTH"}}) {
    incident { id company { name } } errors { code }
  }
}
"""


@pytest.fixture
async def traced(system: AllInOne) -> AsyncIterator[AllInOne]:
    """Its databases were opened before, and are told to take part."""
    engines = [runtime.database.engine for runtime in system.runtimes.values()]
    for engine in engines:
        trace_statements(engine)
    yield system
    for engine in engines:
        for moment, listener in statements._LISTENERS.items():
            event.remove(engine.sync_engine, moment, listener)


async def register(system: AllInOne, api_key: str, **headers: str) -> Reply:
    body = orjson.dumps({"query": REGISTER % CANARY})
    sent = {"authorization": f"Bearer {api_key}", "content-type": "application/json", **headers}
    return await send(system.application, "POST", "/graphql", body, sent)


async def collected(system: AllInOne, api_key: str, **headers: str) -> tuple[Collector, str]:
    """What was sent while an incident was registered and everybody had heard of it; and the incident's id."""
    await settled(system.runtimes)
    with collecting() as collector:
        async with exported("registry", TracingSettings(traces_endpoint=collector.url)):
            answer = await register(system, api_key, **headers)
            await settled(system.runtimes)
    assert answer.status == 200
    return collector, answer.json()["data"]["registerIncident"]["incident"]["id"]


async def stored_traceparents(system: AllInOne, subject: str) -> list[str | None]:
    work = system.runtimes["incidents"].database.work(Actor.system("test", EVERY_COMPANY))
    async with work as opened:
        return list(await opened.session.scalars(select(EventRow.traceparent).where(EventRow.subject == subject)))


def parent_of(span: Span, spans: list[Span]) -> str:
    return next((each.name for each in spans if each.id == span.parent), "")


async def test_one_trace_goes_from_the_caller_to_every_consumer(traced: AllInOne, demo: dict[str, str]) -> None:
    collector, incident = await collected(traced, demo["officer"], traceparent=f"00-{TRACE}-{PARENT}-01")
    spans = collector.of(TRACE)
    ways = {(span.name, parent_of(span, spans)) for span in spans}

    request = next(span for span in spans if span.name == "mutation")
    assert request.parent == PARENT
    assert request.attributes == {"graphql.operation.type": "mutation", "outcome": "ok"}
    assert {("plan", "mutation"), ("access", "mutation"), ("INSERT", "incidents")} <= ways
    fetched = next(span for span in spans if (span.name, parent_of(span, spans)) == ("incidents", "mutation"))
    served = next(span for span in spans if span.name == "incidents" and span.parent == fetched.id)
    stored = await stored_traceparents(traced, incident)
    assert stored == [f"00-{TRACE}-{served.id}-01"]
    for group in ("files", "notifications"):
        heard = next(span for span in spans if span.name == f"{group} incident.registered.v1")
        assert heard.parent == served.id
        assert any(span.parent == heard.id and span.attributes.get("db.query.text") for span in spans)


async def test_without_a_trace_of_the_callers_a_new_one_holds_all_together(
    traced: AllInOne, demo: dict[str, str]
) -> None:
    collector, _ = await collected(traced, demo["officer"])
    (request,) = [span for span in collector.spans if span.name == "mutation"]
    names = {span.name for span in collector.of(request.trace)}
    assert request.parent == ""
    assert {"incidents", "INSERT", "files incident.registered.v1", "notifications incident.registered.v1"} <= names


async def test_spans_tell_nothing_that_people_wrote(traced: AllInOne, demo: dict[str, str]) -> None:
    collector, incident = await collected(traced, demo["officer"])
    told = "\n".join(span.text for span in collector.spans)
    assert "INSERT INTO incident" in told
    assert [
        secret for secret in (CANARY, demo["officer"], incident, "NORTH", "registerIncident") if secret in told
    ] == []


async def test_what_is_not_traced_goes_on_with_the_trace_of_the_caller(system: AllInOne, demo: dict[str, str]) -> None:
    given = f"00-{TRACE}-{PARENT}-01"
    answer = await register(system, demo["officer"], traceparent=given)
    incident = answer.json()["data"]["registerIncident"]["incident"]["id"]
    assert await stored_traceparents(system, incident) == [given]
