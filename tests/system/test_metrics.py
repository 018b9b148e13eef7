"""The metrics of the whole registry: those of the manual and no others, moving as things happen, telling of nobody."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from chassis.management import metrics_application
from chassis.metrics import declared
from deploy.local.all_in_one import AllInOne
from tests.support.figures import Figures, moved, parsed
from tests.support.gateway_world import send
from tests.support.row_digests import settled

MANUAL = Path(__file__).parents[2] / "docs" / "operating.md"
EVERYWHERE = ("chassis.broker.amqp", "chassis.commandline", "gateway.__main__", "deploy.local.all_in_one")
REGISTER = """
mutation ($input: RegisterIncidentInput!) {
  registerIncident(input: $input) { incident { id reference } errors { code } }
}
"""
CANARY = "canary-of-the-metrics"


async def read(system: AllInOne) -> tuple[Figures, str]:
    answer = await send(metrics_application(system.readings), "GET", "/metrics")
    return parsed(answer.body.decode()), answer.body.decode()


def table() -> dict[str, set[str]]:
    """The manual's: labels by the name of the metric."""
    section = MANUAL.read_text().partition("\n## Metrics\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:3] for line in section.splitlines() if re.match(r"\| `[a-z]+_", line)]
    return {
        name: set(re.findall(r"`([a-z_]+)`", labels))
        for names, labels in rows
        for name in re.findall(r"`(\w+)`", names)
    }


def test_the_manual_names_every_metric_with_its_labels_and_no_other() -> None:
    for module in EVERYWHERE:
        import_module(module)
    assert table() == {name: set(metric.labels) for name, metric in declared().items()}


def test_names_end_as_their_kind_does() -> None:
    for name, metric in declared().items():
        assert name.endswith("_total") == (metric.kind == "counter"), name
        assert metric.kind != "histogram" or name.endswith("_seconds"), name
        assert metric.meaning.endswith("."), name


async def test_all_parts_are_told_in_one_place(system: AllInOne, admin: Any) -> None:
    figures, _ = await read(system)
    services = set(system.runtimes)
    for name, label in {"outbox_pending": "service", "relay_is_leader": "service", "dead_letters": "group"}.items():
        assert {dict(labels)[label] for found, labels in figures if found == name} >= services


async def test_a_change_moves_what_it_passes_through(system: AllInOne, officer: Any) -> None:
    await settled(system.runtimes)
    counted = {
        name: moved(*name)
        for name in [
            ("graphql_operation_duration_seconds", "mutation", "ok"),
            ("subgraph_request_duration_seconds", "incidents", "ok"),
            ("service_request_duration_seconds", "incidents", "ok"),
            ("events_published_total", "incidents"),
            ("event_delay_seconds", "files", "incidents"),
            ("event_delay_seconds", "notifications", "incidents"),
        ]
    }
    await officer.ask(REGISTER, input={"title": CANARY, "company": {"code": "NORTH"}})
    await settled(system.runtimes)
    assert {name: figure.by for name, figure in counted.items()} == dict.fromkeys(counted, 1)


async def test_nothing_of_anybodys_data_is_told(system: AllInOne, officer: Any, demo: dict[str, str]) -> None:
    made = await officer.ask(REGISTER, input={"title": CANARY, "company": {"code": "NORTH"}})
    _, told = await read(system)
    users = await officer.ask("{ me { user { id email name } } companies(first: 10) { nodes { id name } } }")
    values = [*_texts(made), *_texts(users), *demo.values(), CANARY]
    assert len(values) > 10
    assert [value for value in values if value in told] == []


def _texts(data: Any) -> list[str]:
    if isinstance(data, dict | list):
        return [text for each in (data.values() if isinstance(data, dict) else data) for text in _texts(each)]
    return [data] if isinstance(data, str) else []


async def test_who_comes_from_outside_gets_none(system: AllInOne, demo: dict[str, str]) -> None:
    for headers in ({}, {"authorization": f"Bearer {demo['admin']}"}):
        answer = await send(system.application, "GET", "/metrics", headers=headers)
        assert answer.status == 404
