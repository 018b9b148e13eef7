"""Signing in and out with the browser's cookie."""

from typing import Any

import orjson
import pytest

from tests.support.gateway_world import COOKIE, MINE, Reply, World, new_actor, open_world

GIVEN = {"email": "ada@example.org", "password": "correct horse"}
JSON = {"content-type": "application/json"}
USER = {"id": "1", "name": "Ada"}


async def sign_in(world: World, given: Any = GIVEN, headers: Any = JSON) -> Reply:
    return await world.send(
        "POST", "/auth/sign-in", given if isinstance(given, bytes) else orjson.dumps(given), headers
    )


async def sign_out(world: World, session: str | None, **headers: str) -> Reply:
    cookie = {"cookie": f"{COOKIE}={session}"} if session else {}
    return await world.send("POST", "/auth/sign-out", headers=cookie | headers)


@pytest.fixture
def welcome(world: World) -> World:
    world.access.sign_in = {"token": "token-2", "expires_at": "2030-01-01T00:00:00Z", "user": USER}
    return world


async def test_signing_in_sets_the_cookie_and_shows_no_token(welcome: World) -> None:
    answer = await sign_in(welcome)

    assert (answer.status, answer.json()) == (200, {"user": USER, "expiresAt": "2030-01-01T00:00:00Z"})
    assert answer.cookies == ["__Host-registry-session=token-2; HttpOnly; Path=/; SameSite=lax; Secure"]
    assert answer.headers["cache-control"] == "no-store"
    assert welcome.access.asked == [("sign-in", GIVEN | {"client": {"address": "192.0.2.7", "agent": ""}})]


async def test_the_program_that_signs_in_is_told_as_it_calls_itself(welcome: World) -> None:
    await sign_in(welcome, headers=JSON | {"user-agent": "Fire\x07fox" + "x" * 500})

    agent = welcome.access.asked[0][1]["client"]["agent"]
    assert (agent[:10], len(agent)) == ("Firefoxxxx", 300)


CHANGE = GIVEN | {"newPassword": "another correct horse"}


async def change_password(world: World, given: Any = CHANGE, headers: Any = JSON) -> Reply:
    return await world.send("POST", "/auth/change-password", orjson.dumps(given), headers)


async def test_a_password_for_once_sends_to_the_choice_of_another(world: World) -> None:
    world.access.sign_in = {"refused": "Choose one of your own.", "change_required": True}
    answer = await sign_in(world)

    assert (answer.status, answer.codes, answer.cookies) == (403, ["PASSWORD_CHANGE_REQUIRED"], [])


async def test_changing_the_password_signs_in(welcome: World) -> None:
    answer = await change_password(welcome)

    assert (answer.status, answer.json()["user"]) == (200, USER)
    assert answer.cookies == ["__Host-registry-session=token-2; HttpOnly; Path=/; SameSite=lax; Secure"]
    new = {"new_password": "another correct horse", "client": {"address": "192.0.2.7", "agent": ""}}
    assert welcome.access.asked == [("change-password", GIVEN | new)]


async def test_a_new_password_that_is_too_easy_is_told(world: World) -> None:
    world.access.sign_in = {"refused": "This password is easy to guess.", "invalid": True}
    answer = await change_password(world)

    assert (answer.status, answer.codes, answer.cookies) == (400, ["PASSWORD_INVALID"], [])


async def test_a_change_without_all_it_takes_is_refused_without_repeating_it(welcome: World) -> None:
    for given in (GIVEN, CHANGE | {"newPassword": 7}, CHANGE | {"newPassword": "x" * 1001}):
        answer = await change_password(welcome, given)
        assert (answer.status, answer.codes, answer.cookies) == (400, ["BAD_REQUEST"], [])
        assert b"correct" not in answer.body
    assert (await change_password(welcome, headers={"content-type": "text/plain"})).status == 415
    assert welcome.access.asked == []


async def test_on_a_network_one_trusts_the_cookie_is_not_secure_and_still_taken(signing_keys: Any) -> None:
    world = open_world(signing_keys, allow_insecure_cookies=True, public_url="http://registry.local")
    world.access.sign_in = {"token": "token-2", "expires_at": "2030-01-01T00:00:00Z", "user": USER}
    world.access.lets_in("token-2", new_actor())

    assert (await sign_in(world)).cookies == ["registry-session=token-2; HttpOnly; Path=/; SameSite=lax"]
    assert (await world.ask("{ size }", cookie="registry-session=token-2")).status == 200


@pytest.mark.parametrize("content", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
async def test_signing_in_by_the_form_of_another_site_is_refused(welcome: World, content: str | None) -> None:
    answer = await sign_in(welcome, headers={"content-type": content} if content else {})

    assert (answer.status, answer.codes, answer.cookies) == (415, ["UNSUPPORTED_MEDIA_TYPE"], [])
    assert welcome.access.asked == []


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"{",
        b"[]",
        {},
        {"email": "ada@example.org"},
        GIVEN | {"password": 7},
        GIVEN | {"email": "ada\0"},
        GIVEN | {"password": "secret" * 200},
    ],
)
async def test_what_is_no_sign_in_is_refused_without_repeating_it(welcome: World, given: Any) -> None:
    answer = await sign_in(welcome, given, JSON | {"x-request-id": "0"})

    assert (answer.status, answer.codes, answer.cookies) == (400, ["BAD_REQUEST"], [])
    assert b"ada" not in answer.body
    assert b"secret" not in answer.body
    assert welcome.access.asked == []


async def test_a_sign_in_that_is_too_large_is_refused(welcome: World) -> None:
    assert (await sign_in(welcome, b" " * 10_001)).status == 413


async def test_a_refusal_of_access_is_told_in_its_words(world: World) -> None:
    world.access.sign_in = {"refused": "Mail address or password is wrong."}
    answer = await sign_in(world)

    assert (answer.status, answer.codes, answer.cookies) == (401, ["UNAUTHENTICATED"], [])
    assert answer.json()["errors"][0]["message"] == "Mail address or password is wrong."


async def test_too_many_attempts_are_told_when_to_come_back(world: World) -> None:
    world.access.sign_in = {"refused": "Too many attempts: try again in 8 s.", "retry_after": 8}
    answer = await sign_in(world)

    assert (answer.status, answer.codes, answer.headers["retry-after"]) == (429, ["TOO_MANY_ATTEMPTS"], "8")


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/change-password", "/auth/sign-out", "/auth/session"])
async def test_without_access_signing_in_and_out_says_so(world: World, path: str) -> None:
    del world.transport.applications["access"]
    headers = JSON | {"cookie": f"{COOKIE}=token-1", "x-request-id": "abc"}
    answer = await world.send("GET" if path == "/auth/session" else "POST", path, orjson.dumps(CHANGE), headers)

    assert (answer.status, answer.codes, answer.cookies) == (503, ["SERVICE_UNAVAILABLE"], [])
    assert answer.json()["errors"][0]["extensions"]["requestId"] == answer.headers["x-request-id"] == "abc"


async def test_signing_out_ends_the_session_here_at_once(world: World, session: str) -> None:
    cookie = f"{COOKIE}={session}"
    assert (await world.ask("{ size }", cookie=cookie)).status == 200

    answer = await sign_out(world, session, **{"x-registry-preflight": "1"})
    assert (answer.status, answer.body) == (204, b"")
    [gone] = answer.cookies
    assert gone.startswith('__Host-registry-session=""; ')
    assert gone.partition("; expires=")[2].partition("GMT; ")[2] == "HttpOnly; Max-Age=0; Path=/; SameSite=lax; Secure"
    assert (await world.ask("{ size }", cookie=cookie)).status == 401


async def test_signing_out_caused_by_another_site_is_refused(world: World, session: str) -> None:
    answer = await sign_out(world, session, **{"content-type": "text/plain"})

    assert (answer.status, answer.codes) == (403, ["PREFLIGHT_REQUIRED"])
    assert world.access.questions("sign-out") == []


@pytest.mark.parametrize("session", [None, "never-known"])
async def test_signing_out_of_nothing_is_no_error(world: World, session: str | None) -> None:
    assert (await sign_out(world, session, **{"x-registry-preflight": "1"})).status == 204


async def test_the_session_is_shown_to_its_owner_only(world: World) -> None:
    actor = new_actor(incident_view=[MINE])
    world.access.lets_in("token-1", actor)
    mine = await world.send("GET", "/auth/session", headers={"cookie": f"{COOKIE}=token-1"})
    nobodys = await world.send("GET", "/auth/session", headers={"cookie": f"{COOKIE}=other"})

    assert mine.json() == {"user": {"id": str(actor.id), "name": "Ada"}}
    assert nobodys.json() == (await world.send("GET", "/auth/session")).json() == {"user": None}
    assert mine.headers["cache-control"] == "no-store"
