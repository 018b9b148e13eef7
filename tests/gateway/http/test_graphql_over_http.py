"""GraphQL over HTTP: methods, media types, status codes, and requests that are none."""

from pathlib import Path
from urllib.parse import urlencode

import orjson
import pytest

from gateway.http.request import MOST_QUERY, BodyLimits
from tests.support.gateway_world import MINE, Reply, World, open_world

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
SIZE = {"data": {"size": 2}}


def bearer(key: str, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}", "content-type": JSON} | more


async def get(world: World, key: str, accept: str = JSON, **parameters: str) -> object:
    reply = await world.send("GET", f"/graphql?{urlencode(parameters)}", headers=bearer(key, accept=accept))
    return reply.status, reply.json().get("data"), reply.codes


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON};q=0.9", GRAPHQL),
        (GRAPHQL.upper(), GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{JSON}, {GRAPHQL};q=0.5", JSON),
        (f"{JSON}; q=0.2, {GRAPHQL}; q = 0.3", GRAPHQL),
        (f"{GRAPHQL};q=0", JSON),
        (f"{GRAPHQL};q=much", GRAPHQL),
        ("image/png", JSON),
    ],
)
async def test_a_post_is_answered_in_the_media_type_that_is_asked_for(
    world: World, key: str, accept: str, kind: str
) -> None:
    answer = await world.ask("{ size }", key=key, accept=accept)

    assert (answer.status, answer.json()) == (200, SIZE)
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("content", [JSON, f"{JSON}; charset=utf-8", "Application/JSON"])
async def test_json_is_recognised_however_it_is_written(world: World, key: str, content: str) -> None:
    assert (await world.ask("{ size }", key=key, content_type=content)).json() == SIZE


@pytest.mark.parametrize(
    "content",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/graphql", "",
     "application/jsonp", "text/plain; application/json", "application/json, text/plain"],
)  # fmt: skip
async def test_another_content_type_is_refused(world: World, key: str, content: str) -> None:
    answer = await world.ask("{ size }", key=key, content_type=content)

    assert (answer.status, answer.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])
    assert world.sent == 0


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"no json", b"\xff\xfe", b"[]", b'[{"query": "{ size }"}]', b'"{ size }"', b"null", b"7", b"{}",
        b'{"query": null}', b'{"query": 7}', b'{"query": ["{ size }"]}', b'{"query": "{ size }", "variables": "{}"}',
        b'{"query": "{ size }", "variables": []}', b'{"query": "{ size }", "operationName": 7}',
        b'{"query": "{ size }", "extensions": "x"}', b"[" * 10_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_body_that_is_no_request_is_refused(world: World, key: str, body: bytes, accept: str) -> None:
    answer = await world.send("POST", "/graphql", body, bearer(key, accept=accept))

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])
    assert world.sent == 0


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ size", None, "GRAPHQL_PARSE_FAILED"),
        ("", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("{ _entities(representations: []) { __typename } }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { size } query B { size }", None, "OPERATION_RESOLUTION_FAILURE"),
        ("query ($of: ID!) { incident(id: $of) { id } }", {}, "BAD_USER_INPUT"),
    ],
)
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL, 400)])
async def test_the_status_tells_of_request_errors_in_the_newer_media_type_only(
    world: World, key: str, query: str, variables: object, code: str, accept: str, status: int
) -> None:
    answer = await world.ask(query, key=key, variables=variables, accept=accept)

    assert (answer.status, set(answer.codes)) == (status, {code})
    assert "data" not in answer.json()
    assert world.sent == 0


async def test_the_operation_is_chosen_by_name(world: World, key: str) -> None:
    body = {"query": "query A { size } query B { b: size }", "operationName": "B"}

    assert (await world.send("POST", "/graphql", orjson.dumps(body), bearer(key))).json() == {"data": {"b": 2}}


async def test_queries_may_be_sent_by_get(world: World, key: str) -> None:
    query = "query A { a: size } query B ($yes: Boolean!) { size @include(if: $yes) }"

    assert await get(world, key, query=query, operationName="B", variables='{"yes": true}') == (200, {"size": 2}, [])
    assert await get(world, key, query="{ size }", operationName="", variables="null") == (200, {"size": 2}, [])


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_mutation_by_get_is_refused(world: World, key: str, accept: str) -> None:
    query = 'mutation { registerIncidents(input: {incidents: [{title: "x"}]}) { titles } }'

    assert await get(world, key, accept, query=query) == (405, None, ["METHOD_NOT_ALLOWED"])
    assert world.sent == 0


async def test_a_mutation_by_get_is_refused_also_beside_a_query(world: World, key: str) -> None:
    query = 'query Q { size } mutation M { registerIncidents(input: {incidents: [{title: "x"}]}) { titles } }'

    assert await get(world, key, query=query, operationName="M") == (405, None, ["METHOD_NOT_ALLOWED"])
    assert await get(world, key, query=query, operationName="Q") == (200, {"size": 2}, [])


@pytest.mark.parametrize("parameters", [{}, {"query": "{ size }", "variables": "{"}, {"query": "", "variables": "{}"}])
async def test_a_get_without_a_whole_request_is_refused(world: World, key: str, parameters: dict[str, str]) -> None:
    assert await get(world, key, **parameters) == (400, None, ["BAD_REQUEST"])


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
async def test_other_methods_are_refused_with_those_that_are_allowed(world: World, key: str, method: str) -> None:
    answer = await world.send(method, "/graphql?query={size}", b'{"query": "{ size }"}', bearer(key))

    assert (answer.status, answer.codes) == (405, ["METHOD_NOT_ALLOWED"])
    assert answer.headers["allow"] == "GET, POST"
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert world.sent == 0


QUERY = "{ size }"
MUTATION = 'mutation { registerIncidents(input: {incidents: [{title: "x"}]}) { titles } }'
LIMITS = BodyLimits()


async def post(world: World, query: str, size: int, *, told: bool = True) -> list[object]:
    """Status and codes for a request of so many bytes, with its length in the headers if `told`."""
    body = orjson.dumps({"query": query, "extensions": {"pad": ""}})
    body = body.replace(b'""', b'"' + b"x" * (size - len(body)) + b'"')
    headers = bearer(world.user(incident_view=[MINE], incident_add=[MINE]))
    answer = await world.send("POST", "/graphql", body, headers | ({"content-length": str(size)} if told else {}))
    return [answer.status, *answer.codes]


@pytest.mark.parametrize(
    ("query", "most", "told"),
    [
        (QUERY, LIMITS.any, True),
        (QUERY, LIMITS.any, False),
        (MUTATION, LIMITS.mutation, True),
        (MUTATION, LIMITS.any, False),
    ],
)
async def test_a_body_has_at_most_100_kb_and_that_of_a_mutation_with_a_length_more(
    world: World, query: str, most: int, told: bool
) -> None:
    assert await post(world, query, most, told=told) == [200]
    sent = world.sent
    assert await post(world, query, most + 1, told=told) == [413, "TOO_LARGE"]
    assert world.sent == sent


async def test_a_body_of_another_length_than_it_says_is_not_read_beyond_the_limit(world: World, key: str) -> None:
    for length in ("1", "0", "-1", "many"):
        answer = await world.send(
            "POST", "/graphql", b" " * (LIMITS.any + 1), bearer(key, **{"content-length": length})
        )
        assert (answer.status, answer.codes) == (413, ["TOO_LARGE"])


async def test_a_query_string_is_as_long_as_any_body(world: World, key: str) -> None:
    for more, expected in ((0, 200), (1, 413)):
        query = f"query={{size}}&x={'x' * (LIMITS.any - 15 + more)}"
        assert len(query) == LIMITS.any + more
        answer = await world.send("GET", f"/graphql?{query}", headers=bearer(key))
        assert answer.status == expected


async def test_how_large_a_body_may_be_is_a_setting(signing_keys: Path) -> None:
    world = open_world(signing_keys, limit_body=1_000, limit_mutation_body=2_000)

    for query, most in ((QUERY, 1_000), (MUTATION, 2_000)):
        assert await post(world, query, most) == [200]
        assert await post(world, query, most + 1) == [413, "TOO_LARGE"]


async def test_the_larger_limit_may_be_that_of_any_body(signing_keys: Path) -> None:
    world = open_world(signing_keys, limit_body=2_000, limit_mutation_body=1_000)

    for query in (QUERY, MUTATION):
        assert await post(world, query, 2_000) == [200]
        assert await post(world, query, 2_001) == [413, "TOO_LARGE"]


@pytest.mark.parametrize("unit", ["1,", '{"a":1},', '"",', "[],"])
async def test_a_body_of_too_many_values_is_refused_unread(world: World, key: str, unit: str) -> None:
    """What is wrong at its end is never seen."""
    body = f'{{"query": "{{ size }}", "variables": {{"a": [{unit * 12_000}'.encode()
    answer = await world.send("POST", "/graphql", body, bearer(key, **{"content-length": str(len(body))}))

    assert (answer.status, answer.codes) == (200, ["LIMIT_VARIABLES"])


async def test_a_document_has_at_most_100_000_characters_whatever_its_body_may_have(world: World) -> None:
    async def ask(length: int) -> Reply:
        body = orjson.dumps({"query": MUTATION + " " * (length - len(MUTATION))})
        return await world.send("POST", "/graphql", body, headers | {"content-length": str(len(body))})

    headers = bearer(world.user(incident_view=[MINE], incident_add=[MINE]))
    assert (await ask(MOST_QUERY)).status == 200
    refused = await ask(MOST_QUERY + 1)
    assert (refused.status, refused.codes) == (413, ["TOO_LARGE"])
    assert "A document has at most 100000 characters" in refused.json()["errors"][0]["message"]


async def test_a_document_nested_too_deeply_is_refused_and_not_a_bug(world: World, key: str) -> None:
    answer = await world.ask("{ incidents " + "{ related " * 3_000 + "{ id }" + "}" * 3_001, key=key)

    assert answer.status == 200
    assert answer.codes == ["LIMIT_TOKENS"]


async def test_the_way_with_a_slash_at_its_end_leads_to_the_graph(world: World) -> None:
    answer = await world.send("GET", "/graphql/")

    assert (answer.status, answer.headers["location"].partition(":8000")[2]) == (307, "/graphql")
