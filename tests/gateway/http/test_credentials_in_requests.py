"""API keys and sessions in requests, and what a browser may not be tricked into."""

import pytest

from tests.support.gateway_world import COOKIE, MINE, World, new_actor

PREFLIGHT = ["x-registry-preflight", "apollo-require-preflight", "graphql-preflight"]
QUERY = "/graphql?query={audit}"


async def test_an_api_key_signs_in(world: World, key: str) -> None:
    assert (await world.ask("{ size }", key=key)).json() == {"data": {"size": 2}}
    assert key not in str(world.access.asked)


async def test_a_session_signs_in(world: World, session: str) -> None:
    assert (await world.ask("{ size }", cookie=f"{COOKIE}={session}")).json() == {"data": {"size": 2}}
    assert session not in str(world.access.asked)


async def test_a_bearer_beats_a_cookie(world: World) -> None:
    world.access.lets_in("token-1", new_actor(audit_read=[MINE]))
    weak = world.user()

    assert (await world.ask("{ audit }", cookie=f"{COOKIE}=token-1")).codes == []
    assert (await world.ask("{ audit }", key=weak, cookie=f"{COOKIE}=token-1")).codes == ["UNAUTHORIZED_FIELD_OR_TYPE"]


async def test_a_broken_bearer_is_not_made_good_by_a_cookie(world: World, session: str) -> None:
    answer = await world.ask("{ size }", cookie=f"{COOKIE}={session}", authorization="Bearer broken")

    assert answer.status == 401


@pytest.mark.parametrize("content", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_a_get_with_a_cookie_that_any_site_could_cause_is_refused(
    world: World, session: str, content: str | None
) -> None:
    headers = {"cookie": f"{COOKIE}={session}"} | ({"content-type": content} if content else {})
    answer = await world.send("GET", QUERY, headers=headers)

    assert (answer.status, answer.codes) == (403, ["PREFLIGHT_REQUIRED"])
    assert PREFLIGHT[0] in answer.json()["errors"][0]["message"]
    assert world.sent == 0


@pytest.mark.parametrize("name", PREFLIGHT)
async def test_a_get_with_a_cookie_and_a_header_of_ours_is_answered(world: World, session: str, name: str) -> None:
    answer = await world.send("GET", "/graphql?query={size}", headers={"cookie": f"{COOKIE}={session}", name: "1"})

    assert answer.json() == {"data": {"size": 2}}


async def test_a_get_with_an_api_key_needs_no_such_header(world: World, key: str) -> None:
    answer = await world.send("GET", "/graphql?query={size}", headers={"authorization": f"Bearer {key}"})

    assert answer.json() == {"data": {"size": 2}}


async def test_two_credentials_of_a_kind_are_none(world: World, key: str) -> None:
    headers = [("authorization", f"Bearer {key}"), ("authorization", f"Bearer {key}")]

    assert (await world.send("GET", "/graphql?query={size}", headers=headers)).status == 401


async def test_a_cookie_may_come_in_a_header_of_its_own(world: World, session: str) -> None:
    headers = [("cookie", "a=b"), ("cookie", f"{COOKIE}={session}"), ("cookie", "c=d"), ("x-registry-preflight", "1")]

    assert (await world.send("GET", "/graphql?query={size}", headers=headers)).status == 200
