"""What of a request reaches the subgraphs: our own headers, and nothing else of the caller's."""

import asyncio
from pathlib import Path
from typing import Any

import jwt
import pytest

from chassis.auth import SUBGRAPHS, InvalidToken, Keyring, Verifier
from tests.support.gateway_world import COOKIE, HERE, MINE, World, open_world

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OURS = {"content-type", "accept", "x-registry-context", "x-request-id"}
OF_TRANSPORT = {"host", "content-length"}


def claims(world: World, keys: Path, number: int = -1) -> dict[str, Any]:
    verifier = Verifier(Keyring.read(keys / "public"), SUBGRAPHS, frozenset({"gateway"}))
    return verifier.verify(world.incidents.headers[number]["x-registry-context"])


async def test_no_header_of_the_caller_goes_on(world: World, key: str) -> None:
    await world.ask(
        "{ incidents { type { name } } }",
        key=key,
        cookie=f"{COOKIE}=x",
        x_registry_service="forged",
        x_forwarded_for="192.0.2.1",
        accept_language="de",
        user_agent="test",
        x_custom="1",
        host="evil.example.org",
    )

    for headers in (*world.incidents.headers, *world.directories.headers):
        assert headers.keys() - OF_TRANSPORT == OURS
        assert not {"evil.example.org", f"Bearer {key}"} & set(headers.values())


async def test_a_context_that_the_caller_sends_is_replaced(world: World, key: str, signing_keys: Path) -> None:
    await world.ask("{ size }", key=key, x_registry_context="forged")

    assert claims(world, signing_keys)["name"] == "Ada"
    assert len(world.incidents.headers[0]["x-registry-context"].split(",")) == 1


async def test_languages_travel_in_the_context(world: World, key: str, signing_keys: Path) -> None:
    await world.ask("{ size }", key=key, accept_language="de-AT, kk;q=0.5, x;q=garbage")

    assert claims(world, signing_keys)["locales"] == ["de-AT", "kk", "en"]


@pytest.mark.parametrize("given", ["abc", "0af7651916cd43dd", "A-b_c.1", "x" * 64])
async def test_a_harmless_request_id_is_taken_over(world: World, key: str, given: str) -> None:
    answer = await world.ask("{ size audit }", key=key, x_request_id=given)

    assert answer.headers["x-request-id"] == given
    assert answer.json()["errors"][0]["extensions"]["requestId"] == given
    assert world.incidents.headers[0]["x-request-id"] == given
    assert world.access.asked


@pytest.mark.parametrize("given", ["", "a b", "a\tb", "x" * 65, "ü", '{"a": 1}', "a\nb", "a;b"])
async def test_another_request_id_is_replaced(world: World, key: str, given: str) -> None:
    answer = await world.ask("{ size }", key=key, x_request_id=given)
    made = answer.headers["x-request-id"]

    assert len(made) == 36
    assert world.incidents.headers[0]["x-request-id"] == made


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, "{ size }"),
        ({"authorization": "Bearer x"}, "{ size }"),
        ({"content-type": "text/plain"}, "{ size }"),
    ],
)
async def test_every_refusal_carries_the_request_id(world: World, headers: dict[str, str], query: str) -> None:
    answer = await world.ask(query, **({"x-request-id": "abc"} | headers))

    assert [error["extensions"]["requestId"] for error in answer.json()["errors"]] == ["abc"]


async def test_every_request_error_carries_the_request_id(world: World, key: str) -> None:
    answer = await world.ask("{ a b c }", key=key, x_request_id="abc")

    assert [error["extensions"]["requestId"] for error in answer.json()["errors"]] == ["abc"] * 3


async def test_an_error_of_a_subgraph_carries_the_request_id(world: World, key: str) -> None:
    del world.transport.applications["directories"]
    answer = await world.ask("{ types { name } size }", key=key, x_request_id="abc")

    assert answer.json()["data"] == {"types": None, "size": 2}
    assert answer.json()["errors"][0]["extensions"] == {
        "code": "SERVICE_UNAVAILABLE",
        "service": "directories",
        "requestId": "abc",
    }


async def test_a_trace_goes_on_when_it_is_one(world: World, key: str) -> None:
    for given in (TRACE, "00-zz", "", TRACE + "-x", TRACE.replace("0af7651916cd43dd8448eb211c80319c", "0" * 32)):
        await world.ask("{ size }", key=key, traceparent=given)

    assert [headers.get("traceparent") for headers in world.incidents.headers] == [TRACE, None, None, None, None]


async def test_equal_questions_of_one_caller_are_asked_once_and_of_two_callers_twice(world: World, key: str) -> None:
    other = world.user()
    await asyncio.gather(*(world.ask("{ size }", key=each) for each in (key, key, other)))
    assert world.sent == 2

    await asyncio.gather(*(world.ask("{ size }", key=key, accept_language=each) for each in ("de", "kk")))
    assert world.sent == 4


async def test_a_bug_is_masked_and_found_by_its_request_id(
    world: World, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(world.gateway.engine, "prepare", broken)
    answer = await world.ask("{ size }", key=key, x_request_id="abc")

    assert (answer.status, answer.codes) == (500, ["INTERNAL"])
    assert b"swordfish" not in answer.body
    assert answer.json()["errors"][0]["extensions"]["requestId"] == answer.headers["x-request-id"] == "abc"


@pytest.fixture
def foreign(signing_keys: Path, tmp_path: Path) -> World:
    """The subgraph `incidents` is called `hr` and belongs to others; `directories` is ours."""
    file = tmp_path / "supergraph.graphql"
    file.write_text((HERE / "supergraph.graphql").read_text().replace('name: "incidents"', 'name: "hr"'))
    world = open_world(signing_keys, supergraph=file, peers='{"hr": "http://people"}')
    world.transport.applications["people"] = world.incidents
    return world


async def test_a_subgraph_of_others_is_asked_where_the_peers_say(foreign: World) -> None:
    answer = await foreign.ask("{ size }", key=foreign.user(incident_view=[MINE]))

    assert answer.json() == {"data": {"size": 2}}


async def test_what_a_subgraph_of_others_is_sent_is_good_for_itself_alone(foreign: World, signing_keys: Path) -> None:
    await foreign.ask("{ incidents { type { name } } }", key=foreign.user(incident_view=[MINE]))
    theirs, ours = (each.headers[0]["x-registry-context"] for each in (foreign.incidents, foreign.directories))
    keyring = Keyring.read(signing_keys / "public")

    assert Verifier(keyring, "subgraph:hr").verify(theirs)["name"] == "Ada"
    assert Verifier(keyring, SUBGRAPHS).verify(ours)["name"] == "Ada"
    for audience, token in ((SUBGRAPHS, theirs), ("subgraph:hr", ours)):
        with pytest.raises(InvalidToken):
            Verifier(keyring, audience).verify(token)


async def test_equal_questions_to_a_subgraph_of_others_are_shared_as_well(foreign: World) -> None:
    key = foreign.user(incident_view=[MINE])
    await asyncio.gather(*(foreign.ask("{ incidents { type { name } } }", key=key) for _ in range(3)))

    assert (len(foreign.incidents.bodies), len(foreign.directories.bodies)) == (1, 1)


async def test_a_subgraph_of_others_can_check_its_context_as_the_manual_says(
    foreign: World, signing_keys: Path
) -> None:
    await foreign.ask("{ size }", key=foreign.user(incident_view=[MINE]))

    claims = jwt.decode(
        foreign.incidents.headers[0]["x-registry-context"],
        (signing_keys / "public" / "gateway.pem").read_text(),
        algorithms=["EdDSA"],
        issuer="gateway",
        audience="subgraph:hr",
        options={"require": ["iss", "aud", "exp", "iat"], "strict_aud": True},
    )
    assert claims["scope"] == {"sets": [[str(MINE)]], "permissions": {"incident.view": 0}}
    assert claims["exp"] == claims["iat"] + 60
