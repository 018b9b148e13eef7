"""Ways round the gateway and round its answers, tried by somebody who has an API key and patience."""

import asyncio
import base64
from typing import Any, Final
from uuid import UUID

import orjson
import pytest
from starlette.routing import Route

from chassis.auth import CONTEXT_HEADER, IDENTITY_HEADER, SUBGRAPHS
from chassis.context import to_claims
from chassis.identifiers import uuid7
from deploy.local.all_in_one import AllInOne
from deploy.local.environment import Surroundings
from deploy.local.services import DEPLOYABLES, SERVICES
from tests.support.matrix_world import World
from tests.support.services import signer, user

NAMES: Final = [service.name for service in SERVICES]
JSON: Final = {"content-type": "application/json"}
READERS: Final = {"directories", "files", "incidents", "notifications"}
ALLOWED: Final = {
    "access/ready": {"gateway"},
    "access/sign-in": {"gateway"},
    "access/sign-out": {"gateway"},
    "access/grants": {"gateway"},
    "access/change-password": {"gateway"},
    "access/sign-in-oidc": {"gateway"},
    "access/session-rechecked": {"gateway"},
    "access/identity-grants": {"gateway"},
    "access/identity-session": {"gateway"},
    "access/end-identity-sessions": {"gateway"},
    "access/scopes": {"access", *READERS},
    "access/people": {"notifications"},
    "access/snapshots/company": READERS,
    "access/lookups/company": READERS,
    **{f"access/{way}/{unit}": READERS for way in ("snapshots", "lookups") for unit in ("department", "site", "team")},
    "access/snapshots/user": READERS,
    "access/lookups/user": READERS,
    "directories/ready": {"gateway"},
    "directories/translate-reading": {"incidents"},
    "directories/snapshots/directory_entry": {"files", "incidents", "notifications"},
    "directories/lookups/directory_entry": {"files", "incidents", "notifications"},
    "directories/snapshots/guide_page": {"files"},
    "directories/lookups/guide_page": {"files"},
    "files/ready": {"gateway"},
    "files/incident-files": {"notifications"},
    "incidents/directory-usage": {"directories"},
    "incidents/disclosure": {"files", "notifications"},
    "incidents/ready": {"gateway"},
    "incidents/incident-facts": {"notifications"},
    "incidents/snapshots/incident": {"files", "notifications"},
    "incidents/lookups/incident": {"files", "notifications"},
    "notifications/ready": {"gateway"},
}
FORBIDDEN: Final = 403
UNAUTHENTICATED: Final = 401


class Attacker:
    """Posts what it likes wherever it can."""

    def __init__(self, system: AllInOne, world: World, surroundings: Surroundings) -> None:
        self._system = system
        self._keys = surroundings.keys
        self.world = world

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        answer = await self._system.transport.post(url, body, {**JSON, **headers}, timeout=30)
        return answer.status, answer.body

    async def ask(self, caller: str, query: str, headers: dict[str, str] | None = None, **variables: Any) -> bytes:
        """The body that comes through the gateway."""
        body = orjson.dumps({"query": query, "variables": variables})
        sent = {"authorization": f"Bearer {self.world.keys[caller]}", "x-request-id": "attack", **(headers or {})}
        return (await self.post("http://gateway/graphql", body, sent))[1]

    def signed(self, issuer: str, audience: str, claims: dict[str, Any]) -> str:
        return signer(issuer, self._keys).sign(audience, claims)

    def context(self, issuer: str = "gateway", audience: str = SUBGRAPHS) -> str:
        """As if it might see everything of the foreign company."""
        company = UUID(self.world.foreign.target.ids["Company"])
        return self.signed(issuer, audience, to_claims(user({"incident.view": [company]})))


@pytest.fixture
def attacker(system: AllInOne, world: World, surroundings: Surroundings) -> Attacker:
    return Attacker(system, world, surroundings)


@pytest.mark.parametrize("service", NAMES)
async def test_a_subgraph_answers_nobody_without_a_context_of_the_gateway(attacker: Attacker, service: str) -> None:
    whole = attacker.context()
    for headers in (
        {},
        {CONTEXT_HEADER: ""},
        {CONTEXT_HEADER: whole[:-6] + "AAAAAA"},
        {CONTEXT_HEADER: attacker.context(issuer="incidents")},
        {CONTEXT_HEADER: attacker.context(audience=service)},
        {CONTEXT_HEADER: attacker.context(audience="subgraph:hr")},
        {IDENTITY_HEADER: attacker.signed("gateway", service, {})},
        {IDENTITY_HEADER: whole},
    ):
        answer = await attacker.post(f"http://{service}/graphql", b'{"query": "{ __typename }"}', headers)
        assert answer[0] == UNAUTHENTICATED


def questions_of(system: AllInOne, service: str) -> list[str]:
    routes = system.runtimes[service].internal.router.routes
    return [f"{service}{each.path}" for each in routes if isinstance(each, Route)]


@pytest.mark.parametrize("service", NAMES)
async def test_internal_questions_are_answered_to_those_who_are_allowed_and_nobody_else(
    attacker: Attacker, system: AllInOne, service: str
) -> None:
    found = {}
    for question in questions_of(system, service):
        url = f"http://{service}/internal/{question.partition('/')[2]}"
        for token in ("", attacker.context(), attacker.signed("gateway", "elsewhere", {})):
            assert (await attacker.post(url, b"{}", {IDENTITY_HEADER: token}))[0] == FORBIDDEN
        tokens = {name: attacker.signed(name, service, {}) for name in DEPLOYABLES}
        statuses = {name: (await attacker.post(url, b"{}", {IDENTITY_HEADER: tokens[name]}))[0] for name in tokens}
        found[question] = {name for name, status in statuses.items() if status != FORBIDDEN}

    assert found == {name: callers for name, callers in ALLOWED.items() if name.startswith(f"{service}/")}


@pytest.mark.parametrize("path", ["/internal/grants", "/internal/lookups/user", "/incidents/graphql", "/openapi.json"])
async def test_nothing_internal_is_reached_by_the_gateway(attacker: Attacker, path: str) -> None:
    headers = {IDENTITY_HEADER: attacker.signed("gateway", "access", {}), CONTEXT_HEADER: attacker.context()}

    assert (await attacker.post(f"http://gateway{path}", b"{}", headers))[0] == 404


@pytest.mark.parametrize("query", ["{ _service { sdl } }", "{ _entities(representations: []) { __typename } }"])
async def test_the_federation_s_own_fields_are_no_part_of_the_public_graph(attacker: Attacker, query: str) -> None:
    assert b"GRAPHQL_VALIDATION_FAILED" in await attacker.ask("manager", query)


async def test_headers_of_the_caller_do_not_reach_the_subgraphs(attacker: Attacker) -> None:
    query = "query ($id: ID) { incident(id: $id) { title } incidents { totalCount } }"
    incident = attacker.world.foreign.target.ids["Incident"]
    smuggled = {CONTEXT_HEADER: attacker.context(), IDENTITY_HEADER: attacker.signed("gateway", "incidents", {})}

    plain = await attacker.ask("reader", query, id=incident)

    assert plain.startswith(b'{"data":{"incident":null')
    assert await attacker.ask("reader", query, smuggled, id=incident) == plain


@pytest.mark.parametrize(
    "query",
    [
        "{ incidents { totalCount } }",
        "{ ... on Query { a: incidents { __typename } } }",
        "{ ... { ...F } } fragment F on Query { incidents @include(if: true) { nodes { id } } }",
        "query ($no: Boolean = false) { incidents @skip(if: $no) { totalCount } }",
        '{ incident(reference: "KANARIEN-2026-000001") { title ... on Incident { company { name } } } }',
        "{ companies { nodes { incidents { totalCount } } } me { permissions { companies { totalCount } } } }",
    ],
)
async def test_no_way_of_writing_a_query_gets_round_a_refusal(attacker: Attacker, query: str) -> None:
    answer = orjson.loads(await attacker.ask("nobody", query))

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHORIZED_FIELD_OR_TYPE"]
    assert not [value for value in leaves(answer["data"]) if value is not None]


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        return [leaf for each in (value.values() if isinstance(value, dict) else value) for leaf in leaves(each)]
    return [value]


def cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()


CURSORS: Final = [
    "", "no cursor", cursor(), cursor(None, None), cursor([[]], {}), cursor("REGISTERED_AT_DESC", "never", "nobody"),
    cursor("NAME", "a\x00b", str(uuid7())), cursor("NAME", "x" * 100_000, str(uuid7())), cursor(-1), cursor(2**62),
    cursor("REGISTERED_AT_DESC", "0001-01-01T00:00:00+14:00", str(uuid7())), cursor(1e308, {}),
    base64.urlsafe_b64encode(b"[" * 5_000 + b"]" * 5_000).decode(),
]  # fmt: skip
LISTS: Final = [
    "{ incidents(after: $c) { nodes { id } } }",
    "{ companies(after: $c) { nodes { id incidents(after: $c) { totalCount } } } }",
    "{ users(after: $c) { nodes { id } } }",
    "{ groups(after: $c) { nodes { id members(after: $c) { totalCount } } } }",
    "{ me { permissions { companies(after: $c) { nodes { id } } } } }",
    "{ incidents { nodes { history(after: $c) { nodes { sequence } } } } }",
]


@pytest.mark.parametrize("query", LISTS)
async def test_a_made_up_cursor_is_refused_in_order_and_shows_nothing_more(attacker: Attacker, query: str) -> None:
    for made_up in CURSORS:
        answer = await attacker.ask("manager", f"query ($c: String) {query}", c=made_up)

        assert b'"INTERNAL"' not in answer
        assert not [canary for canary in attacker.world.hidden_from("manager") if canary.encode() in answer.lower()]


async def test_a_key_for_oneself_is_told_to_nobody_else(attacker: Attacker) -> None:
    revoke = "mutation ($id: ID!) { revokeApiKey(input: {id: $id}) { apiKey { name } errors { code message field } } }"
    foreign = await attacker.ask("manager", revoke, id=attacker.world.foreign.target.ids["ApiKey"])

    assert foreign == await attacker.ask("manager", revoke, id=str(uuid7()))


async def test_idempotency_keys_of_others_are_unknown(attacker: Attacker) -> None:
    register = """
    mutation { registerIncident(input: {title: "Mine", idempotencyKey: "kanarien-registration"}) {
      alreadyRegistered incident { title } errors { code } } }
    """
    told = orjson.loads(await attacker.ask("manager", register))["data"]["registerIncident"]

    assert told["errors"] == []
    assert told["incident"] == {"title": "Mine"}


async def test_group_names_of_others_are_free(attacker: Attacker) -> None:
    create = """
    mutation { createGroup(input: {name: "kanarien-group", permissions: [], companies: [{code: "PLAINA"}]}) {
      group { id } errors { code } } }
    """
    told = orjson.loads(await attacker.ask("manager", create))["data"]["createGroup"]
    assert told["errors"] == []

    rename = 'mutation ($id: ID!) { editGroup(input: {id: $id, name: "No canary"}) { group { name } } }'
    renamed = await attacker.ask("manager", rename, id=told["group"]["id"])  # other tests look for canaries
    assert orjson.loads(renamed)["data"]["editGroup"]["group"] == {"name": "No canary"}


async def test_only_administrators_can_ask_whether_a_mail_address_is_taken(attacker: Attacker) -> None:
    create = 'mutation ($email: String!) { createUser(input: {email: $email, name: "Eve"}) { errors { code } } }'
    taken, free = "kanarien-workermail@example.org", "neverwas-workermail@example.org"

    for caller in ("officer", "reader", "partial", "nobody"):
        told = await attacker.ask(caller, create, email=taken)
        assert b"UNAUTHORIZED_FIELD_OR_TYPE" in told
        assert told == await attacker.ask(caller, create, email=free)
    assert b'"CONFLICT"' in await attacker.ask("manager", create, email=taken)


async def test_who_manages_some_companies_cannot_ask_whether_a_name_or_code_is_taken(attacker: Attacker) -> None:
    create = """
    mutation ($name: String!, $code: String) { createCompany(input: {name: $name, code: $code}) { errors { code } } }
    """

    told = await attacker.ask("manager", create, name="kanarien-company", code="KANARIEN")

    assert b'"DENIED"' in told
    assert told == await attacker.ask("manager", create, name="neverwas-company", code="NEVERWAS")


async def test_signing_in_tells_unknown_addresses_from_known_ones_by_nothing(attacker: Attacker) -> None:
    answers = set()
    for email in ("reader@example.org", "kanarien-workermail@example.org", "neverwas@example.org", "no address"):
        body = orjson.dumps({"email": email, "password": "certainly not the password"})
        answers.add(await attacker.post("http://gateway/auth/sign-in", body, {"x-request-id": "attack"}))

    assert [status for status, _ in answers] == [UNAUTHENTICATED]


async def test_two_callers_who_ask_the_same_at_once_never_get_each_other_s_answer(attacker: Attacker) -> None:
    query = "{ me { user { name } } incidents(first: 3) { totalCount nodes { id reference company { code } } } }"
    callers = ("reader", "officer", "manager", "partial")
    alone = {caller: await attacker.ask(caller, query) for caller in callers}
    assert len(set(alone.values())) == len(callers)

    for _ in range(50):
        asked = callers * 5
        answers = await asyncio.gather(*(attacker.ask(caller, query) for caller in asked))
        assert all(answer == alone[caller] for caller, answer in zip(asked, answers, strict=True))
