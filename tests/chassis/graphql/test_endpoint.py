"""The faces of refusals, faults and bugs at a subgraph's endpoint, and who may ask there at all."""

import io
import json
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import orjson
import pytest
import strawberry

from chassis.auth import CONTEXT_HEADER, IDENTITY_HEADER, SUBGRAPHS, Keyring, Signer, Verifier
from chassis.context import Contexts, to_claims
from chassis.errors import Conflict, Denied, Fault, Invalid, NotFound, Refusal
from chassis.graphql.endpoint import Subgraph
from chassis.graphql.schema import SilentSchema
from chassis.telemetry import configure_logs
from chassis.transport import InProcessTransport, Response
from tests.support.forgeries import FORGERIES, Forger
from tests.support.things import user

MakeSigner = Callable[[str], Signer]
REFUSALS: dict[str, Refusal] = {
    "absent": NotFound("The thing"),
    "denied": Denied("thing.edit"),
    "stale": Conflict("Somebody was first.", field=("expected_version",)),
    "invalid": Invalid("Too long.", field=("things", "3", "short_name")),
}


@strawberry.enum
class Colour(Enum):
    RED = "red"


@strawberry.type
class Query:
    @strawberry.field
    def name(self, info: strawberry.Info[Any, None]) -> str:
        return str(info.context.actor.name)

    @strawberry.field
    def request_id(self, info: strawberry.Info[Any, None]) -> str:
        return str(info.context.cause.request_id)

    @strawberry.field
    def trace(self, info: strawberry.Info[Any, None]) -> str | None:
        trace: str | None = info.context.cause.traceparent
        return trace

    @strawberry.field
    def refuse(self, how: str) -> str | None:
        raise REFUSALS[how]

    @strawberry.field
    def fault(self) -> str | None:
        raise Fault("directories", "the secret address 10.0.0.1 does not answer")

    @strawberry.field
    def bug(self) -> str | None:
        raise KeyError("secret detail")

    @strawberry.field
    def never_null(self) -> str:
        return None  # type: ignore[return-value]  # the bug that this field is for

    @strawberry.field
    def typed(
        self,
        at: datetime | None = None,
        number: int | None = None,
        colour: Colour | None = None,
        id: strawberry.ID | None = None,
    ) -> str:
        return "read"


@pytest.fixture
def log() -> io.StringIO:
    """What the process logs, one JSON object a line."""
    written = io.StringIO()
    configure_logs(output=written)
    return written


class Client:
    def __init__(self, contexts: Contexts, token: str) -> None:
        schema = SilentSchema(Query)
        subgraph = Subgraph("things", schema, contexts, lambda request: request)
        self._transport = InProcessTransport({"things": subgraph})
        self.token = token

    async def post(self, body: bytes, **headers: str) -> Response:
        sent = {CONTEXT_HEADER: self.token, "x-request-id": "r-1"} | headers
        present = {name.replace("_", "-"): value for name, value in sent.items() if value}
        return await self._transport.post("http://things/graphql", body, present, timeout=20)

    async def ask(self, query: str, variables: Any = None, **more: Any) -> dict[str, Any]:
        answer = await self.post(orjson.dumps({"query": query, "variables": variables, **more}))
        assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
        read: dict[str, Any] = orjson.loads(answer.body)
        return read

    async def error(self, query: str, variables: Any = None, **more: Any) -> dict[str, Any]:
        (error,) = (await self.ask(query, variables, **more))["errors"]
        assert isinstance(error, dict)
        return error


class NoScopes:
    fault: Fault | None = None

    async def find(self, _: str) -> Any:
        raise self.fault or AssertionError("no scope is asked for")


@pytest.fixture
def client(keyring: Keyring, signer: MakeSigner) -> Client:
    contexts = Contexts(Verifier(keyring, SUBGRAPHS, frozenset({"gateway"})), NoScopes())
    return Client(contexts, signer("gateway").sign(SUBGRAPHS, to_claims(user())))


async def test_a_context_opens_the_graph(client: Client) -> None:
    assert await client.ask("{ name requestId }") == {"data": {"name": "Kim", "requestId": "r-1"}}


async def test_without_a_context_nothing_is_answered(client: Client, signer: MakeSigner) -> None:
    identity = signer("files").sign("things", {})
    for token in ("", "nonsense", identity):
        client.token = token
        answer = await client.post(b'{"query": "{ name }"}', **{IDENTITY_HEADER: identity})
        assert answer.status == 401
        assert orjson.loads(answer.body)["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_every_forged_context_is_answered_alike(client: Client, keys: Path) -> None:
    forger = Forger(keys)
    client.token = ""
    without = await client.post(b'{"query": "{ name }"}')
    for name, forge in FORGERIES.items():
        client.token = forge(forger)
        assert await client.post(b'{"query": "{ name }"}') == without, name
    assert without.status == 401


async def test_a_scope_that_cannot_be_had_is_unavailable(
    client: Client, signer: MakeSigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NoScopes, "fault", Fault("access", "is away"))
    client.token = signer("gateway").sign(SUBGRAPHS, to_claims(user()) | {"scope": {"hash": "0" * 64}})
    answer = await client.post(b'{"query": "{ name }"}')
    assert answer.status == 503
    assert orjson.loads(answer.body)["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"7",
        b"{}",
        b'{"query": null}',
        b'{"query": 7}',
        b'{"query": ["{ name }"]}',
        b'{"query": "{ name }", "variables": []}',
        b'{"query": "{ name }", "variables": "{}"}',
        b'{"query": "{ name }", "operationName": 7}',
    ],
)
async def test_a_body_of_another_shape_is_a_bad_request(body: bytes, client: Client) -> None:
    answer = await client.post(body)
    assert answer.status == 400
    assert orjson.loads(answer.body)["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_keeps_its_code_and_field(name: str, client: Client, log: io.StringIO) -> None:
    refusal = REFUSALS[name]
    error = await client.error("query($how: String!) { refuse(how: $how) }", {"how": name})
    assert error["message"] == refusal.message
    assert error["path"] == ["refuse"]
    expected = {"stale": ["expectedVersion"], "invalid": ["things", "3", "shortName"]}.get(name, [])
    assert error["extensions"] == {"code": refusal.code.value, "field": expected}
    assert log.getvalue() == ""


async def test_a_fault_names_the_service_and_hides_the_reason(client: Client, log: io.StringIO) -> None:
    error = await client.error("{ fault }")
    assert error["extensions"] == {"code": "SERVICE_UNAVAILABLE", "service": "directories"}
    assert "10.0.0.1" not in json.dumps(error)
    (line,) = map(orjson.loads, log.getvalue().splitlines())
    assert (line["event"], line["level"], line["request_id"]) == ("fault", "warning", "r-1")
    assert "10.0.0.1" in line["reason"]


@pytest.mark.parametrize("field", ["bug", "neverNull"])
async def test_a_bug_is_masked_with_the_request_id_and_logged_with_its_stack(
    field: str, client: Client, log: io.StringIO
) -> None:
    error = await client.error(f"{{ {field} }}")
    assert error == {
        "message": "Something went wrong; the operators find it by r-1.",
        "path": [field],
        "extensions": {"code": "INTERNAL"},
    }
    (line,) = map(orjson.loads, log.getvalue().splitlines())
    assert (line["event"], line["level"], line["request_id"]) == ("bug", "error", "r-1")
    assert "Error" in line["exception"]


async def test_the_fields_beside_a_failed_one_are_answered(client: Client) -> None:
    answer = await client.ask("{ name fault bug }")
    assert answer["data"] == {"name": "Kim", "fault": None, "bug": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SERVICE_UNAVAILABLE", "INTERNAL"]


async def test_a_bug_outside_of_any_field_is_masked_too(
    client: Client, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(SilentSchema, "execute", break_down)
    answer = await client.post(b'{"query": "{ name }"}')
    assert answer.status == 500
    assert orjson.loads(answer.body)["errors"][0]["extensions"] == {"code": "INTERNAL"}
    assert b"secret" not in answer.body
    (line,) = map(orjson.loads, log.getvalue().splitlines())
    assert (line["event"], line["request_id"]) == ("bug", "r-1")


@pytest.mark.parametrize(
    "query",
    ["{ name", "{ unknown }", "fragment f on Query { name }", "mutation { name }", "subscription { name }", ""],
)
async def test_a_question_that_makes_no_sense_is_the_callers_and_no_bug(
    query: str, client: Client, log: io.StringIO
) -> None:
    error = await client.error(query, None)
    assert error["extensions"]["code"] == "GRAPHQL_INVALID"
    assert error["message"]
    assert log.getvalue() == ""


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ typed(number: 99999999999) }", None),
        ("{ typed(colour: BLUE) }", None),
        ('{ typed(at: "yesterday") }', None),
        ("query($at: DateTime) { typed(at: $at) }", {"at": "yesterday"}),
        ("query($number: Int) { typed(number: $number) }", {"number": "7"}),
        ("query($number: Int) { typed(number: $number) }", {"number": 2**40}),
        ("query($colour: Colour) { typed(colour: $colour) }", {"colour": "BLUE"}),
        ("query($id: ID!) { typed(id: $id) }", {}),
        ("query($id: ID) { typed(id: $id) }", {"id": {"a": 1}}),
    ],
)
async def test_a_value_that_is_none_of_its_type_is_told_as_the_gateway_tells_it(
    query: str, variables: Any, client: Client, log: io.StringIO
) -> None:
    error = await client.error(query, variables)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"]
    assert log.getvalue() == ""


async def test_an_operation_that_is_not_there_is_the_callers_mistake(client: Client, log: io.StringIO) -> None:
    error = await client.error("query a { name }", operationName="b")
    assert error["extensions"]["code"] == "GRAPHQL_INVALID"
    assert log.getvalue() == ""


async def test_an_operation_is_chosen_by_its_name(client: Client) -> None:
    answer = await client.ask("query a { name } query b { requestId }", operationName="b")
    assert answer == {"data": {"requestId": "r-1"}}


async def test_without_a_request_id_one_is_made(client: Client) -> None:
    answer = await client.post(b'{"query": "{ bug }"}', **{"x-request-id": ""})
    message = orjson.loads(answer.body)["errors"][0]["message"]
    assert len(message.removesuffix(".").rsplit(" ", 1)[1]) == 36


async def test_the_trace_reaches_what_resolvers_get(client: Client) -> None:
    body = orjson.dumps({"query": "{ trace }"})
    given = f"00-{'a' * 32}-{'b' * 16}-01"
    answers = [await client.post(body, **sent) for sent in ({"traceparent": given}, {"traceparent": "nonsense"}, {})]
    assert [orjson.loads(answer.body)["data"]["trace"] for answer in answers] == [given, None, None]
