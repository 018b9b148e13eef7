"""Providers that lie, stumble or stand still: nobody is signed in, the browser gets a page, the log one line."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import structlog
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import ASGIApp

from gateway.identity.oidc import fetching
from gateway.identity.oidc.sealing import Seal
from tests.support.gateway_world import Reply, World, new_actor, open_world
from tests.support.oidc.browser import Browser
from tests.support.oidc.crooked import CLIENT_ID, Crooked, said, unsigned
from tests.support.oidc.issuer import AUDIENCE, Issuer, now

Serve = Callable[[ASGIApp], Awaitable[str]]
SIGNED_IN = {"token": "token-9", "expires_at": "2030-01-01T00:00:00Z", "user": {"id": "1", "name": "Ada"}}
LOGGED = {"log_level": "warning", "event": "oidc.not_signed_in", "provider": "main"}


class Met:
    """A gateway, a provider that it trusts, and a browser."""

    def __init__(self, world: World, provider: Crooked, key: str) -> None:
        self.world = world
        self.provider = provider
        self.seal = Seal(key)
        self.browser = Browser(world.gateway.application)

    async def sign_in(self, **answer: str) -> Reply:
        """With `answer` in place of an honest provider's."""
        begun = await self.browser.go("/auth/oidc/main/start")
        if begun.status != 303:
            return begun
        asked = dict(parse_qsl(urlsplit(begun.headers["location"]).query))
        self.provider.nonce = asked["nonce"]
        return await self.browser.go(
            f"/auth/oidc/main/callback?{urlencode({'code': 'c', 'state': asked['state']} | answer)}"
        )

    @property
    def told(self) -> list[dict[str, Any]]:
        """What access was asked."""
        return self.world.access.questions("sign-in-oidc")


@pytest.fixture
async def meet(serve: Serve, signing_keys: Path) -> Callable[..., Awaitable[Met]]:
    async def make(address: str | None = None, **given: Any) -> Met:
        provider = Crooked()
        found = address or await serve(provider)
        provider.lives_at(found)
        options = {"name": "main", "title": "Example", "issuer": found, "client_id": CLIENT_ID, **given}
        key = Fernet.generate_key().decode()
        world = open_world(signing_keys, sealing_keys=key, oidc_providers=[options])
        world.access.sign_in = SIGNED_IN
        return Met(world, provider, key)

    return make


@pytest.fixture
async def met(meet: Callable[..., Awaitable[Met]]) -> Met:
    return await meet()


async def test_an_honest_answer_signs_in(met: Met) -> None:
    reply = await met.sign_in()

    assert (reply.status, met.browser.cookies) == (303, {"__Host-registry-session": "token-9"})
    [asked] = met.told
    assert asked["person"] == {
        "issuer": met.provider.issuer.issuer,
        "subject": "ada",
        "email": "ada@example.org",
        "name": None,
        "managed": [],
        "groups": [],
    }
    assert (asked["create"], asked["client"]["address"]) == (False, "192.0.2.7")


async def test_a_public_client_sends_its_name_and_the_verifier(met: Met) -> None:
    await met.sign_in()
    [form] = [form for path, form in met.provider.asked if path == "/token"]

    assert form.keys() == {"grant_type", "code", "redirect_uri", "code_verifier", "client_id"}


async def test_a_secret_is_posted_where_the_provider_wants_it_so(meet: Callable[..., Awaitable[Met]]) -> None:
    met = await meet(client_secret="shh")
    met.provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await met.sign_in()
    [form] = [form for path, form in met.provider.asked if path == "/token"]

    assert (form["client_id"], form["client_secret"]) == (CLIENT_ID, "shh")


Crook = Callable[[Crooked], None]


def claims(**changed: Any) -> Crook:
    return lambda provider: provider.claims.update(changed)


def header(**changed: Any) -> Crook:
    return lambda provider: provider.header.update(changed)


def tokens(**changed: Any) -> Crook:
    return lambda provider: provider.tokens.update(changed)


def _by_hmac(provider: Crooked) -> None:
    provider.tokens["id_token"] = provider.issuer.with_hmac(provider.issuer.public(), typ="JWT")


def _unsigned(provider: Crooked) -> None:
    provider.tokens["id_token"] = unsigned(provider.id_token())


def _strangers_keys(provider: Crooked) -> None:
    stranger = Issuer(provider.issuer.issuer, rsa.generate_private_key(65537, 2048))
    provider.tokens["id_token"] = stranger.token(stranger.header(typ="JWT"), stranger.body(aud=CLIENT_ID))


def _small_key(provider: Crooked) -> None:
    provider.issuer = Issuer(provider.issuer.issuer, rsa.generate_private_key(65537, 1024))  # noqa: S505  # that is it


def _same_id_twice(provider: Crooked) -> None:
    provider.answers["/jwks"] = said({"keys": [provider.issuer.jwk("rsa")] * 2})


def _private_key(provider: Crooked) -> None:
    provider.answers["/jwks"] = said({"keys": [provider.issuer.jwk("rsa") | {"d": "AQAB"}]})


def _key_for_encryption(provider: Crooked) -> None:
    provider.answers["/jwks"] = said({"keys": [provider.issuer.jwk("rsa") | {"use": "enc"}]})


def _key_for_another_algorithm(provider: Crooked) -> None:
    provider.answers["/jwks"] = said({"keys": [provider.issuer.jwk("rsa") | {"alg": "PS256"}]})


LIES: dict[str, Crook] = {
    "another issuer": claims(iss="https://evil.example.org"),
    "another audience": claims(aud="another-client"),
    "the audience of bearer tokens": claims(aud=AUDIENCE),
    "several audiences, no authorized party": claims(aud=[CLIENT_ID, "another-client"]),
    "several audiences, another authorized party": claims(aud=[CLIENT_ID, "other"], azp="other"),
    "another authorized party": claims(azp="another-client"),
    "another nonce": claims(nonce="other"),
    "no nonce": claims(nonce=None),
    "nonce is a list": claims(nonce=["n"]),
    "expired": claims(iat=now() - 100, exp=now() - 50),
    "issued in the future": lambda p: p.claims.update(iat=now() + 60, exp=now() + 120),
    "not valid yet": lambda p: p.claims.update(nbf=now() + 60),
    "no expiry": claims(exp=None),
    "no subject": claims(sub=None),
    "another access token's hash": claims(at_hash="AAAA"),
    "hash of no access token": lambda p: (claims(at_hash="AAAA")(p), tokens(access_token=None)(p))[0],
    "a logout token": claims(events={}),
    "an access token": header(typ="at+jwt"),
    "a key in the header": header(jwk={"kty": "RSA"}),
    "a critical extension": header(crit=["exp"]),
    "an unknown key": header(kid="other"),
    "another algorithm": header(alg="PS256"),
    "an algorithm that is not published": header(alg="RS384"),
    "HS256 with the public key": _by_hmac,
    "unsigned": _unsigned,
    "a stranger's keys": _strangers_keys,
    "a small key": _small_key,
    "two keys of one id": _same_id_twice,
    "a private key": _private_key,
    "a key for encryption": _key_for_encryption,
    "a key for another algorithm": _key_for_another_algorithm,
    "no ID token": tokens(id_token=None),
    "an ID token that is a number": tokens(id_token=7),
    "userinfo of somebody else": lambda p: p.userinfo.update(sub="eve"),
    "an access token with a line break": tokens(access_token="a\r\nx: y"),
}


@pytest.mark.parametrize("name", LIES)
async def test_a_lie_signs_nobody_in(name: str, met: Met) -> None:
    LIES[name](met.provider)
    with structlog.testing.capture_logs() as logs:
        reply = await met.sign_in()

    assert (reply.status, met.browser.cookies, met.told) == (502, {}, [])
    assert b"could not be verified" in reply.body
    [line] = logs
    assert line.items() >= (LOGGED | {"code": "BROKEN"}).items()


def _endless() -> Response:
    return StreamingResponse((b" " * 65_536 for _ in range(64)), media_type="application/json")


STUMBLES: dict[str, Callable[[], Response]] = {
    "a page": lambda: Response("<html>Welcome to the hotel</html>"),
    "nothing": lambda: Response(""),
    "a list": lambda: said([]),
    "too much": _endless,
    "an error": lambda: said({"error": "server_error"}, 503),
    "a redirection": lambda: RedirectResponse("http://169.254.169.254/"),
    "no text": lambda: Response(b"\xff\xfe", media_type="application/json"),
    "compressed": lambda: Response(b"\x1f\x8b\x08", headers={"content-encoding": "gzip"}),
    "brackets without end": lambda: Response(b"[" * 100_000, media_type="application/json"),
}


@pytest.mark.parametrize("name", STUMBLES)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"])
async def test_a_stumbling_provider_signs_nobody_in(path: str, name: str, met: Met) -> None:
    met.provider.answers[path] = STUMBLES[name]()
    with structlog.testing.capture_logs() as logs:
        reply = await met.sign_in()

    assert (reply.status, met.browser.cookies, met.told) == (502, {}, [])
    assert [line["event"] for line in logs if line["event"] != "oidc.unreachable"] == ["oidc.not_signed_in"]
    assert len(logs) <= 2


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example.org"},
        {"issuer": None},
        {"jwks_uri": "http://keys.example.org/jwks"},
        {"jwks_uri": None},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
        {"userinfo_endpoint": 7},
        {"id_token_signing_alg_values_supported": [["RS256"]]},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
        {"id_token_signing_alg_values_supported": 7},
    ],
)
async def test_a_discovery_document_that_cannot_be_trusted_signs_nobody_in(metadata: dict[str, Any], met: Met) -> None:
    met.provider.metadata = metadata
    reply = await met.sign_in()

    assert (reply.status, met.browser.cookies, met.told) == (502, {}, [])


async def test_a_provider_that_is_away_is_left_alone_for_a_while(meet: Callable[..., Awaitable[Met]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    met = await meet(f"http://127.0.0.1:{port}")
    with structlog.testing.capture_logs() as logs:
        replies = [await met.sign_in() for _ in range(3)]

    assert [reply.status for reply in replies] == [502] * 3
    assert b"Try again in a minute" in replies[0].body
    assert [line["event"] for line in logs] == ["oidc.unreachable", *["oidc.not_signed_in"] * 3]


@pytest.mark.parametrize("path", ["discovery", "token"])
async def test_a_slow_provider_keeps_nobody_waiting(met: Met, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    begun = None
    if path == "token":
        begun = await met.browser.begin()
    met.provider.delay = 5.0
    state = dict(parse_qsl(urlsplit(begun or "").query)).get("state", "")
    reply = await met.browser.go(f"/auth/oidc/main/callback?code=c&state={state}" if begun else "/auth/oidc/main/start")
    met.provider.delay = 0.0

    assert (reply.status, met.browser.cookies) == (502, {})


async def test_groups_that_are_too_many_to_be_told_sign_nobody_in(meet: Callable[..., Awaitable[Met]]) -> None:
    met = await meet(groups_claim="groups", groups={"a": "A"})
    met.provider.claims["_claim_names"] = {"groups": "src1"}

    assert ((await met.sign_in()).status, met.told) == (502, [])


async def test_an_answer_that_names_another_issuer_is_refused_even_where_none_was_promised(met: Met) -> None:
    assert (await met.sign_in(iss="https://evil.example.org")).status == 502
    assert (await met.sign_in(iss=met.provider.issuer.issuer)).status == 303


@pytest.mark.parametrize("code", ["UNVERIFIED_MAIL", "UNKNOWN_USER", "NOT_ALLOWED", "REPLAYED"])
async def test_a_refusal_of_access_is_a_page(met: Met, code: str) -> None:
    met.world.access.sign_in = {"refused": code}
    reply = await met.sign_in()

    assert (reply.status, met.browser.cookies) == (400 if code == "REPLAYED" else 403, {})


async def test_the_address_is_not_taken_from_one_place_and_its_verification_from_another(met: Met) -> None:
    met.provider.claims["email"] = "root@example.org"
    await met.sign_in()
    met.provider.claims = {"email_verified": True}
    met.provider.userinfo = {"sub": "ada", "email": "root@example.org"}
    await met.sign_in()

    assert [asked["person"]["email"] for asked in met.told] == ["ada@example.org", None]


async def say_logout(met: Met, token: str) -> Reply:
    body = urlencode({"logout_token": token}).encode()
    return await met.browser.go(
        "/auth/oidc/main/logout", "POST", body, content_type="application/x-www-form-urlencoded"
    )


@pytest.mark.parametrize("given", [{}, {"sub": None}, {"sid": None}])
async def test_the_provider_may_end_sessions(met: Met, given: dict[str, Any]) -> None:
    assert (await say_logout(met, met.provider.logout_token(**given))).status == 200

    expected: dict[str, Any] = {"issuer": met.provider.issuer.issuer, "subject": "ada", "sid": "s1"}
    expected |= {"subject": None} if "sub" in given else given  # a subject is `sub` in tokens
    assert met.world.access.questions("end-identity-sessions") == [expected]


@pytest.mark.parametrize(
    "given",
    [
        {"nonce": "n"},
        {"events": None},
        {"events": {"other": {}}},
        {"events": "http://schemas.openid.net/event/backchannel-logout"},
        {"sub": None, "sid": None},
        {"jti": None},
        {"iss": "https://evil.example.org"},
        {"aud": "other"},
        {"iat": 1_000_000_000, "exp": 1_000_000_100},
        {"header": {"typ": "at+jwt"}},
        {"header": {"alg": "none"}},
    ],
)
async def test_what_is_no_logout_token_ends_nothing(met: Met, given: dict[str, Any]) -> None:
    reply = await say_logout(met, met.provider.logout_token(**given))

    assert (reply.status, met.world.access.questions("end-identity-sessions")) == (400, [])


async def test_an_id_token_ends_nothing(met: Met) -> None:
    assert (await say_logout(met, met.provider.id_token())).status == 400
    assert (await say_logout(met, "")).status == 400
    assert (await say_logout(met, "x" * 30_000)).status == 413


async def recheck(met: Met, **due: Any) -> list[dict[str, Any]]:
    """What access is told after it has said that a session is due."""
    met.world.access.lets_in("token-9", new_actor())
    [known] = met.world.access.grants.values()
    sealed = met.seal.close("tokens", {"refresh_token": "r1", "id_token": "i1"})
    usual = {"session_id": "7", "provider": "main", "issuer": met.provider.issuer.issuer, "subject": "ada"}
    known["recheck"] = usual | {"sealed": sealed} | due
    await met.browser.go("/auth/session", cookie="__Host-registry-session=token-9")
    async with asyncio.timeout(10):
        while running := [each for each in asyncio.all_tasks() if "Rechecks._recheck" in repr(each.get_coro())]:
            await asyncio.wait(running)
    return met.world.access.questions("session-rechecked")


async def test_a_recheck_keeps_the_token_that_came_instead_of_the_old_one(met: Met) -> None:
    met.provider.tokens = {"refresh_token": "r2"}
    [told] = await recheck(met)

    assert [form["refresh_token"] for path, form in met.provider.asked if path == "/token"] == ["r1"]
    assert (told["session_id"], told["minutes"], "groups" in told) == ("7", 15, False)
    kept = met.seal.open("tokens", told["sealed"])
    assert kept is not None
    assert kept["refresh_token"] == "r2"


async def test_a_recheck_may_bring_nothing_but_an_access_token(met: Met) -> None:
    met.provider.answers["/token"] = said({"access_token": "a"})
    [told] = await recheck(met)

    assert met.seal.open("tokens", told["sealed"]) == {"refresh_token": "r1", "id_token": "i1"}


async def test_a_recheck_tells_the_groups_of_now(meet: Callable[..., Awaitable[Met]]) -> None:
    met = await meet(groups_claim="groups", groups={"a": "A", "b": "B"})
    met.provider.userinfo["groups"] = ["b"]
    [told] = await recheck(met)

    assert (told["managed"], told["groups"]) == (["A", "B"], ["B"])


@pytest.mark.parametrize(
    ("answer", "due"),
    [
        (said({"error": "invalid_grant"}, 400), {}),
        (said({}), {"provider": "gone"}),
        (said({}), {"issuer": "https://other.example.org"}),
        (said({}), {"sealed": "nothing of ours"}),
    ],
    ids=["refused", "provider gone", "another issuer by now", "unreadable"],
)
async def test_a_session_that_cannot_be_confirmed_any_more_ends(
    met: Met, answer: Response, due: dict[str, str]
) -> None:
    met.provider.answers["/token"] = answer

    assert await recheck(met, **due) == [{"session_id": "7", "ended": True}]


@pytest.mark.parametrize(
    "answer",
    [said({"error": "invalid_client"}, 401), said({"error": "invalid_grant"}, 500), Response("<html>")],
    ids=["our secret is wrong", "out of order", "a page"],
)
async def test_a_provider_in_trouble_ends_no_session(met: Met, answer: Response) -> None:
    met.provider.answers["/token"] = answer
    with structlog.testing.capture_logs() as logs:
        assert await recheck(met) == []

    assert [line["event"] for line in logs] == ["oidc.not_rechecked"]
    assert "r1" not in repr(logs)


@pytest.mark.parametrize("lie", [{"sub": "eve"}, {"iss": "https://evil.example.org"}, {"aud": "other"}])
async def test_a_recheck_that_speaks_of_somebody_else_confirms_nothing(met: Met, lie: dict[str, str]) -> None:
    met.provider.claims = lie

    assert await recheck(met) == []
