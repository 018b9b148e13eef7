"""By no way does somebody without a credential learn the schema, which documents are known, or how names are spelt."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from graphql import get_introspection_query

from tests.support.gateway_world import COOKIE, MINE, Reply, World, open_world
from tests.support.sockets import Talk

JSON, GRAPHQL, STREAM = "application/json", "application/graphql-response+json", "text/event-stream"
KNOWN = "{ size }"
ASKED = [
    KNOWN,
    "{ __typename }",
    get_introspection_query(),
    '{ __type(name: "Query") { name } }',
    "{ siz }",
    "{ incidents(filters: {}) { id } }",
    "{ incidents { ... on Incidnt { id } } }",
    "query ($a: IncidentFiltr) { incidents(filter: $a) { id } }",
    "{ size @includ(if: true) }",
    "{ size ",
    "{" + " size" * 3_000 + "}",
    "mutation { registerIncident { titles } }",
    "subscription { recordTol { id } }",
]
Way = Callable[[World, str], Awaitable[Reply]]


async def by_post(world: World, query: str, accept: str = JSON, **headers: str) -> Reply:
    return await world.ask(query, accept=accept, **headers)


async def by_newer_post(world: World, query: str) -> Reply:
    return await by_post(world, query, GRAPHQL)


async def by_event_stream(world: World, query: str) -> Reply:
    return await by_post(world, query, STREAM)


async def by_unknown_key(world: World, query: str) -> Reply:
    return await world.ask(query, key="ir_abc_unknown")


async def by_unknown_session(world: World, query: str) -> Reply:
    return await by_post(world, query, cookie=f"{COOKIE}=unknown")


async def by_get(world: World, query: str) -> Reply:
    return await world.send("GET", f"/graphql?{urlencode({'query': query})}", headers={"accept": GRAPHQL})


async def by_stream_of_get(world: World, query: str) -> Reply:
    return await world.send("GET", f"/graphql?{urlencode({'query': query})}", headers={"accept": STREAM})


def persisted(query: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(query.encode()).hexdigest()}}


async def by_hash(world: World, query: str) -> Reply:
    body = orjson.dumps({"extensions": persisted(query)})
    return await world.send("POST", "/graphql", body, {"content-type": JSON})


async def by_hash_of_get(world: World, query: str) -> Reply:
    parameters = urlencode({"extensions": orjson.dumps(persisted(query)).decode()})
    return await world.send("GET", f"/graphql?{parameters}", headers={"x-registry-preflight": "1"})


async def by_id(world: World, query: str) -> Reply:
    document_id = "known" if query == KNOWN else sha256(query.encode()).hexdigest()
    body = orjson.dumps({"documentId": document_id, "operationName": "Siz"})
    return await world.send("POST", "/graphql", body, {"content-type": JSON})


WAYS = [by_post, by_newer_post, by_event_stream, by_unknown_key, by_unknown_session, by_get, by_stream_of_get, by_hash,
        by_hash_of_get, by_id]  # fmt: skip


async def learnt(world: World, way: Way) -> set[tuple[int, bytes]]:
    """All that can be told apart of the answers; each has a request id of its own."""
    answers = [await way(world, query) for query in ASKED]
    ids = [answer.headers["x-request-id"].encode() for answer in answers]
    return {(answer.status, answer.body.replace(own, b"")) for answer, own in zip(answers, ids, strict=True)}


def check(found: set[tuple[int, bytes]], world: World, sent: int) -> None:
    [(status, body)] = found
    assert status == 401
    assert [error["extensions"]["code"] for error in orjson.loads(body)["errors"]] == ["UNAUTHENTICATED"]
    assert world.sent == sent


@pytest.mark.parametrize("way", WAYS)
async def test_every_question_has_the_same_answer(world: World, way: Way) -> None:
    """Also when others have asked it before, and sent its hash along."""
    headers = {"authorization": f"Bearer {world.user(incident_view=[MINE])}", "content-type": JSON}
    body = orjson.dumps({"query": KNOWN, "extensions": persisted(KNOWN)})
    assert (await world.send("POST", "/graphql", body, headers)).json() == {"data": {"size": 2}}

    check(await learnt(world, way), world, sent=1)


@pytest.mark.parametrize("way", WAYS)
async def test_every_question_has_the_same_answer_where_documents_must_be_known(
    way: Way, signing_keys: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "documents.json"
    manifest.write_bytes(orjson.dumps({"known": KNOWN, sha256(KNOWN.encode()).hexdigest(): KNOWN}))
    world = open_world(signing_keys, trusted_documents=manifest)

    check(await learnt(world, way), world, sent=0)


async def test_a_socket_is_closed_before_anything_can_be_asked(world: World) -> None:
    for payload in ({}, {"authorization": "Bearer ir_abc_unknown"}):
        talk = Talk(world.gateway.front, {}, "graphql-transport-ws")
        await talk.got()
        talk.say("connection_init", payload=payload)
        talk.ask("a", KNOWN)
        assert await talk.heard() == 4403
        await talk.over()
    assert world.sent == 0


@pytest.mark.parametrize("query", ASKED[4:8])
async def test_who_has_signed_in_is_helped_with_names(world: World, query: str) -> None:
    answer = await by_post(world, query, authorization=f"Bearer {world.user()}")

    assert "Did you mean" in answer.json()["errors"][0]["message"]
