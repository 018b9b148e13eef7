"""Documents named by their hash: automatic persisted queries, which everybody may add to."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from gateway.http.call import BadRequest
from gateway.http.documents import DocumentRefused, PersistedDocuments
from gateway.http.request import GraphQLRequest
from tests.support.gateway_world import MINE, Reply, World

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
QUERY = "query Size($yes: Boolean = true) { size @include(if: $yes) }"
SIZE = {"data": {"size": 2}}


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def persisted(text: str, version: Any = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": digest(text)}}}


async def post(world: World, key: str, body: dict[str, Any], accept: str = JSON) -> Reply:
    headers = {"authorization": f"Bearer {key}", "content-type": JSON, "accept": accept}
    return await world.send("POST", "/graphql", orjson.dumps(body), headers)


async def get(world: World, key: str, **parameters: str) -> Reply:
    return await world.send("GET", f"/graphql?{urlencode(parameters)}", headers={"authorization": f"Bearer {key}"})


async def test_a_document_is_sent_once_and_named_from_then_on(world: World, key: str) -> None:
    assert (await post(world, key, {"query": QUERY} | persisted(QUERY))).json() == SIZE
    assert (await post(world, key, persisted(QUERY))).json() == SIZE
    assert (await post(world, key, persisted(QUERY) | {"variables": {"yes": False}})).json() == {"data": {}}


@pytest.mark.parametrize("prefix", ["", "sha256:"])
async def test_it_may_be_named_by_its_id(world: World, key: str, prefix: str) -> None:
    await post(world, key, {"query": QUERY} | persisted(QUERY))

    assert (await post(world, key, {"documentId": prefix + digest(QUERY)})).json() == SIZE
    assert (await get(world, key, documentId=prefix + digest(QUERY))).json() == SIZE


async def test_the_hash_may_be_sent_by_get(world: World, key: str) -> None:
    extensions = orjson.dumps(persisted(QUERY)["extensions"]).decode()

    assert (await get(world, key, extensions=extensions)).codes == ["PERSISTED_QUERY_NOT_FOUND"]
    assert (await get(world, key, extensions=extensions, query=QUERY)).json() == SIZE
    assert (await get(world, key, extensions=extensions)).json() == SIZE


async def test_a_mutation_named_by_get_is_refused(world: World, key: str) -> None:
    mutation = 'mutation { registerIncidents(input: {incidents: [{title: "x"}]}) { titles } }'
    await post(world, key, {"query": mutation} | persisted(mutation))
    sent = world.sent

    assert (await get(world, key, documentId=digest(mutation))).status == 405
    assert world.sent == sent


async def test_what_one_caller_has_sent_another_may_name_and_gets_what_is_theirs(world: World, key: str) -> None:
    await post(world, key, {"query": "{ audit }"} | persisted("{ audit }"))

    theirs = await post(world, world.user(audit_read=[MINE]), persisted("{ audit }"))
    assert theirs.json() == {"data": {"audit": ["signed in"]}}
    assert (await post(world, key, persisted("{ audit }"))).codes == ["UNAUTHORIZED_FIELD_OR_TYPE"]


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL, 400)])
async def test_an_unknown_hash_says_so_in_the_words_that_clients_know(
    world: World, key: str, accept: str, status: int
) -> None:
    answer = await post(world, key, persisted(QUERY), accept)

    assert (answer.status, answer.codes) == (status, ["PERSISTED_QUERY_NOT_FOUND"])
    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert world.sent == 0


async def test_a_hash_of_another_text_is_refused_and_nothing_is_kept(world: World, key: str) -> None:
    answer = await post(world, key, {"query": "{ audit }"} | persisted(QUERY))

    assert (answer.status, answer.codes) == (400, ["PERSISTED_QUERY_HASH_MISMATCH"])
    assert (await post(world, key, persisted(QUERY))).codes == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_a_document_that_is_not_valid_is_not_kept(world: World, key: str) -> None:
    assert (await post(world, key, {"query": "{ nothing }"} | persisted("{ nothing }"))).codes == [
        "GRAPHQL_VALIDATION_FAILED"
    ]
    assert (await post(world, key, persisted("{ nothing }"))).codes == ["PERSISTED_QUERY_NOT_FOUND"]


@pytest.mark.parametrize(
    "body",
    [persisted(QUERY, version=2), persisted(QUERY, version=None), {"extensions": {"persistedQuery": "x"}},
     {"extensions": {"persistedQuery": {"version": 1}}}, {"documentId": 7}, {"documentId": ""}, {"documentId": None},
     {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": ["x"]}}}],
)  # fmt: skip
async def test_what_names_no_document_is_refused(world: World, key: str, body: dict[str, Any]) -> None:
    answer = await post(world, key, body)

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])


async def test_nobody_without_a_credential_learns_what_is_known(world: World, key: str) -> None:
    await post(world, key, {"query": QUERY} | persisted(QUERY))

    answer = await world.send("POST", "/graphql", orjson.dumps(persisted(QUERY)), {"content-type": JSON})
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])


def asked(text: str | None, named: str) -> GraphQLRequest:
    return GraphQLRequest(text, digest(named), None, {})


def test_the_least_recently_used_is_forgotten_first() -> None:
    documents = PersistedDocuments(remembered=2)
    for text in ("{ a }", "{ b }"):
        documents.remember(asked(text, text))
    assert documents.text(asked(None, "{ a }")) == "{ a }"
    documents.remember(asked("{ c }", "{ c }"))

    assert [documents.text(asked(None, text)) for text in ("{ a }", "{ c }")] == ["{ a }", "{ c }"]
    with pytest.raises(DocumentRefused):
        documents.text(asked(None, "{ b }"))


def test_many_long_documents_leave_earlier() -> None:
    documents = PersistedDocuments(most=20)
    for text in ("{ aaaaaa }", "{ bbbbbb }", "{ cccccc }"):
        documents.remember(asked(text, text))

    assert documents.text(asked(None, "{ bbbbbb }")) == "{ bbbbbb }"
    with pytest.raises(DocumentRefused):
        documents.text(asked(None, "{ aaaaaa }"))


def test_a_giant_document_is_not_kept() -> None:
    documents, giant = PersistedDocuments(), "{ a }" + " " * 20_000
    documents.remember(asked(giant, giant))

    with pytest.raises(BadRequest):
        documents.text(asked(None, giant))
