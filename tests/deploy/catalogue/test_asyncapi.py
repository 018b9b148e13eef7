"""The AsyncAPI document is one, by the specification's own schema and by the official parser, and tells the truth."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from chassis.broker.amqp.topology import _exchange
from deploy.catalogue.__main__ import CATALOGUE
from deploy.catalogue.entries import entries
from deploy.generated import ROOT
from services.notifications.domain.public_events import PUBLIC, TYPES
from tests.support.node_packages import installed, run

FILE = ROOT / CATALOGUE / "asyncapi.json"
DOCUMENT: dict[str, Any] = orjson.loads(FILE.read_bytes())
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]
PACKAGES = ROOT / "tests" / "support" / "asyncapi"
HINT_OF_A_NEWER_RELEASE = "asyncapi-latest-version"


@pytest.fixture(scope="module")
def packages() -> Path:
    return installed(PACKAGES, "check.mjs")


@pytest.fixture(scope="module")
def specification(packages: Path) -> Draft7Validator:
    file = packages / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"
    return Draft7Validator(orjson.loads(file.read_bytes()))


def found_by_parser(packages: Path, document: Path) -> list[str]:
    ended = run("check", packages, {"DOCUMENT": str(document)})
    assert ended.returncode == 0, ended.stderr
    return [each["code"] for each in orjson.loads(ended.stdout) if each["code"] != HINT_OF_A_NEWER_RELEASE]


def test_the_document_is_valid_by_the_schema_of_the_specification(specification: Draft7Validator) -> None:
    assert [error.message for error in specification.iter_errors(DOCUMENT)] == []


def test_that_schema_finds_what_is_wrong(specification: Draft7Validator) -> None:
    wrong = deepcopy(DOCUMENT)
    wrong["operations"]["streamEvents"]["action"] = "shout"
    amqp = deepcopy(DOCUMENT)
    amqp["channels"]["incidents.events"]["bindings"]["amqp"]["exchange"]["type"] = "tropic"

    assert not specification.is_valid(wrong)
    assert not specification.is_valid(amqp)


@pytest.mark.timeout(300)  # the first time, its packages come from the network
def test_the_official_parser_has_nothing_against_it_and_finds_what_is_wrong(packages: Path, tmp_path: Path) -> None:
    wrong = deepcopy(DOCUMENT)
    wrong["channels"]["webhooks"]["messages"]["x"] = {"$ref": "#/components/messages/none"}
    example = wrong["components"]["messages"]["incident.assigned.v1"]["examples"][0]["payload"]
    example["data"]["version"] = "one"
    (tmp_path / "wrong.json").write_bytes(orjson.dumps(wrong))

    assert found_by_parser(packages, FILE) == []
    assert found_by_parser(packages, tmp_path / "wrong.json") != []


def test_every_public_type_is_a_message_of_its_exchange_and_of_both_ways_over_http() -> None:
    channels = {name: set(channel["messages"]) for name, channel in DOCUMENT["channels"].items()}

    assert channels.pop("events") == channels.pop("webhooks") == TYPES == MESSAGES.keys()
    sources = {source for source, _ in PUBLIC}
    assert channels == {_exchange(name): {kind for source, kind in PUBLIC if source == name} for name in sources}
    for name in channels:
        exchange = DOCUMENT["channels"][name]["bindings"]["amqp"]["exchange"]
        assert exchange == {"name": name, "type": "topic", "durable": True, "autoDelete": False}


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_message_says_who_may_see_it_and_its_example_is_valid(kind: str) -> None:
    message = MESSAGES[kind]
    (example,) = message["examples"]
    schema = {**message["payload"], "components": DOCUMENT["components"]}

    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(example["payload"])
    assert not Draft202012Validator(schema).is_valid({**example["payload"], "type": "another"})
    assert message["description"].endswith(f"Who may see it: {message['x-rights']}")
    assert {"position", "requestid"}.isdisjoint(example["payload"])


def test_restricted_examples_are_in_the_stream_of_their_kind() -> None:
    streams = {entry.event.type: (entry.example["restricted"], entry.example["stream"]) for entry in entries()}

    assert all((stream == "restricted") is restricted for restricted, stream in streams.values())
