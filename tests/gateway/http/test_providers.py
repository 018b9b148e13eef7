"""Signing in at a certified provider (npm: oidc-provider), with the real service behind the gateway."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select, update

from deploy.local.provision import DatabaseUrls
from gateway.app import Gateway, new_gateway
from gateway.identity.oidc import kept
from gateway.settings import GatewaySettings
from services.access.__main__ import SERVICE
from services.access.persistence.rows import GroupMemberRow, IdentityRow, IdentitySessionRow, SessionRow, UserRow
from services.access.usecases.create_group import CreateGroup, create_group
from services.access.usecases.create_user import CreateUser, create_user
from tests.support.gateway_world import HERE, Reply
from tests.support.node_packages import NodeMissing
from tests.support.oidc.browser import Browser
from tests.support.oidc.certified import CLIENT, ORIGIN, Certified, certified
from tests.support.services import SYSTEM, RunningService, running

ADA = {"email": "ada@example.org", "email_verified": True, "name": "Ada Lovelace"}
SESSION, PENDING = "__Host-registry-session", "__Host-registry-oidc"
Open = Callable[..., Gateway]


@pytest.fixture(scope="module")
async def provider() -> AsyncIterator[Certified]:
    try:
        async with certified() as running_provider:
            yield running_provider
    except NodeMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
async def service(service_databases: Mapping[str, DatabaseUrls], signing_keys: Path) -> AsyncIterator[RunningService]:
    async with running(SERVICE, service_databases["access"], signing_keys) as access:
        yield access


@pytest.fixture
async def access(service: RunningService, provider: Certified) -> RunningService:
    await service.empty()
    await provider.tell(account="ada", claims={"ada": ADA})
    return service


@pytest.fixture
def open_gateway(access: RunningService, provider: Certified, signing_keys: Path) -> Open:
    """With `given` in place of, or beside, the usual settings of the provider."""

    def make(**given: Any) -> Gateway:
        usual = {"name": "main", "title": "Example", "issuer": provider.issuer, **CLIENT, "create_users": True}
        settings = GatewaySettings(
            signing_key=(signing_keys / "gateway.pem").read_text(),
            supergraph=HERE / "supergraph.graphql",
            public_url=ORIGIN,
            sealing_keys=Fernet.generate_key().decode(),
            oidc_providers=[usual | given],
        )
        return new_gateway(settings, access.transport)

    return make


@pytest.fixture
def browser(open_gateway: Open) -> Browser:
    return Browser(open_gateway().application)


async def who(browser: Browser) -> str | None:
    """The name of who is signed in."""
    user = (await browser.go("/auth/session")).json()["user"]
    return None if user is None else str(user["name"])


async def rows(access: RunningService, row: type[Any]) -> list[Any]:
    async with access.database.read(SYSTEM) as session:
        return list(await session.scalars(select(row)))


async def change(access: RunningService, *statements: Any) -> None:
    async with access.database.work(SYSTEM) as work:
        for statement in statements:
            await work.session.execute(statement)


async def make_user(access: RunningService, **given: Any) -> UserRow:
    async with access.database.work(SYSTEM) as work:
        return await create_user(CreateUser(**({"email": "ada@example.org", "name": "Ada"} | given)), work)


async def make_group(access: RunningService, name: str, *members: UserRow) -> Any:
    ids = [member.id for member in members]
    command = CreateGroup(name=name, permissions=["incident.view"], every_company=True, members=ids)
    async with access.database.work(SYSTEM) as work:
        return (await create_group(command, work)).id


def reason(reply: Reply) -> str:
    return reply.body.decode().partition('<p id="reason">')[2].partition("</p>")[0]


async def test_who_signs_in_for_the_first_time_is_created(browser: Browser, access: RunningService) -> None:
    reply = await browser.sign_in("/graphql?x=1")

    assert (reply.status, reply.headers["location"], reply.headers["cache-control"]) == (
        303,
        "/graphql?x=1",
        "no-store",
    )
    assert await who(browser) == "Ada Lovelace"
    [user] = await rows(access, UserRow)
    assert (user.email, user.password_hash, user.active) == ("ada@example.org", None, True)
    [identity] = await rows(access, IdentityRow)
    assert (identity.subject, identity.user_id) == ("ada", user.id)


async def test_the_cookies_are_for_this_host_alone_and_the_first_is_gone_afterwards(browser: Browser) -> None:
    begun = await browser.go("/auth/oidc/main/start")
    [line] = begun.cookies
    assert line.startswith(f"{PENDING}=")
    assert line.partition("; ")[2] == "HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure"

    await browser.go(await browser.visit(begun.headers["location"]))
    assert browser.cookies.keys() == {SESSION}


async def test_what_the_browser_carries_can_be_read_by_nobody(browser: Browser) -> None:
    asked = dict(parse_qsl(urlsplit(await browser.begin()).query))

    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{ORIGIN}/auth/oidc/main/callback"
    assert asked["nonce"] not in browser.cookies[PENDING]
    assert asked["state"] not in browser.cookies[PENDING]


async def test_an_unknown_user_is_refused_where_users_are_not_created(
    open_gateway: Open, access: RunningService
) -> None:
    browser = Browser(open_gateway(create_users=False).application)
    reply = await browser.sign_in()

    assert (reply.status, reason(reply)) == (403, "You may not use this registry yet. Ask its administrator.")
    assert (await who(browser), await rows(access, UserRow), browser.cookies) == (None, [], {})


async def test_a_user_is_linked_by_verified_mail_and_known_by_the_link_afterwards(
    browser: Browser, access: RunningService, provider: Certified
) -> None:
    ada = await make_user(access, email="ADA@example.org")
    await browser.sign_in()
    assert await who(browser) == "Ada"

    await provider.tell(claims={"ada": ADA | {"email": "other@example.org", "email_verified": False}})
    await browser.sign_in()
    assert await who(browser) == "Ada"
    assert [user.id for user in await rows(access, UserRow)] == [ada.id]


@pytest.mark.parametrize("verified", [False, None, "true", 1])
async def test_a_mail_that_is_not_verified_links_and_creates_nobody(
    browser: Browser, access: RunningService, provider: Certified, verified: Any
) -> None:
    await make_user(access)
    await provider.tell(claims={"ada": ADA | {"email_verified": verified}})
    reply = await browser.sign_in()

    assert reply.status == 403
    assert "has not verified your mail address" in reason(reply)
    assert await rows(access, IdentityRow) == []


async def test_a_mail_of_somebody_who_is_linked_already_is_nobody_elses(
    browser: Browser, access: RunningService, provider: Certified
) -> None:
    await browser.sign_in()
    await provider.tell(account="eve", claims={"eve": ADA})
    reply = await browser.sign_in()

    assert (reply.status, reason(reply)) == (403, "You may not use this registry. Ask its administrator.")
    assert [identity.subject for identity in await rows(access, IdentityRow)] == ["ada"]


@pytest.mark.parametrize("given", [{"service_account": True}, {"active": False}])
async def test_neither_a_service_account_nor_an_inactive_user_is_linked(
    browser: Browser, access: RunningService, given: dict[str, Any]
) -> None:
    await make_user(access, service_account=given.get("service_account", False))
    await change(access, update(UserRow).values(active=given.get("active", True)))

    assert (await browser.sign_in()).status == 403
    assert await rows(access, IdentityRow) == []


async def test_who_is_made_inactive_is_signed_out_and_stays_out(browser: Browser, access: RunningService) -> None:
    await browser.sign_in()
    await change(access, update(UserRow).values(active=False))

    assert (await browser.sign_in()).status == 403


async def test_two_who_come_at_once_for_the_first_time_are_one_user(open_gateway: Open, access: RunningService) -> None:
    gateway = open_gateway()
    browsers = [Browser(gateway.application) for _ in range(4)]
    replies = await asyncio.gather(*(browser.sign_in() for browser in browsers))

    assert {reply.status for reply in replies} == {303}
    assert (len(await rows(access, UserRow)), len(await rows(access, SessionRow))) == (1, 4)


async def test_groups_follow_the_claim_and_those_given_by_hand_stay(
    open_gateway: Open, access: RunningService, provider: Certified
) -> None:
    ada = await make_user(access)
    by_hand = await make_group(access, "By hand", ada)
    staff, leads = await make_group(access, "Staff"), await make_group(access, "Leads", ada)
    mapping = {"staff": "Staff", "leads": str(leads), "gone": "No such group"}
    browser = Browser(open_gateway(groups_claim="groups", groups=mapping).application)

    async def groups_after(told: Any) -> set[Any]:
        await provider.tell(claims={"ada": ADA | {"groups": told}})
        assert (await browser.sign_in()).status == 303
        return {row.group_id for row in await rows(access, GroupMemberRow)}

    assert await groups_after(["staff", "others", "gone", 7]) == {by_hand, staff}
    assert await groups_after("leads") == {by_hand, leads}
    assert await groups_after(["leads", "staff"]) == {by_hand, leads, staff}
    assert await groups_after(None) == {by_hand}


async def test_without_a_mapping_no_group_is_touched(
    browser: Browser, access: RunningService, provider: Certified
) -> None:
    await make_group(access, "Staff", await make_user(access))
    await provider.tell(claims={"ada": ADA | {"groups": []}})
    await browser.sign_in()

    assert len(await rows(access, GroupMemberRow)) == 1


async def test_a_refusal_of_the_provider_ends_at_a_page(browser: Browser, provider: Certified) -> None:
    await provider.tell(account=None)
    reply = await browser.sign_in()

    assert (reply.status, reply.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert reason(reply) == "The provider did not let you in, or you did not want it to."
    assert reply.headers["content-security-policy"].startswith("default-src 'self'")
    assert browser.cookies == {}


async def test_a_callback_works_once(browser: Browser, access: RunningService) -> None:
    callback = await browser.visit(await browser.begin())
    kept_by_thief = dict(browser.cookies)
    assert (await browser.go(callback)).status == 303
    assert (await browser.go(callback)).status == 400

    browser.cookies = kept_by_thief
    assert (await browser.go(callback)).status == 502
    assert browser.cookies == {}
    assert len(await rows(access, SessionRow)) == 1


async def test_the_answer_to_somebody_elses_sign_in_is_not_taken(open_gateway: Open) -> None:
    gateway = open_gateway()
    attacker, victim = Browser(gateway.application), Browser(gateway.application)
    callback = await attacker.visit(await attacker.begin())
    assert (await victim.go(callback)).status == 400

    await victim.begin()
    reply = await victim.go(callback)
    assert (reply.status, await who(victim)) == (400, None)
    assert reason(reply).startswith("This sign-in was begun in another browser")


def with_parameters(callback: str, **changed: str | None) -> str:
    path, _, query = callback.partition("?")
    given = {name: value for name, value in (dict(parse_qsl(query)) | changed).items() if value is not None}
    return f"{path}?{urlencode(given)}"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"state": "other"}, 400),
        ({"state": None}, 400),
        ({"state": "ü"}, 400),
        ({"iss": "https://other.example.org"}, 502),
        ({"iss": None}, 502),
        ({"code": None}, 502),
        ({"code": ""}, 502),
        ({"code": "forged"}, 502),
        ({"error": "<script>alert(1)</script>"}, 403),
    ],
)
async def test_a_callback_that_was_changed_signs_nobody_in(
    browser: Browser, changed: dict[str, Any], status: int
) -> None:
    callback = await browser.visit(await browser.begin())
    reply = await browser.go(with_parameters(callback, **changed))

    assert (reply.status, await who(browser), browser.cookies) == (status, None, {})
    assert b"<script>alert" not in reply.body


async def test_a_parameter_that_comes_twice_is_refused(browser: Browser) -> None:
    callback = await browser.visit(await browser.begin())

    assert (await browser.go(f"{callback}&code=other")).status == 502


async def test_the_provider_refuses_a_code_without_its_verifier(
    open_gateway: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(open_gateway().application)
    callback = await browser.visit(await browser.begin())
    monkeypatch.setattr("gateway.http.providers.Pending", _with_another_verifier)

    assert (await browser.go(callback)).status == 502


def _with_another_verifier(**note: str) -> Any:
    from gateway.identity.oidc.provider import Pending

    return Pending(**(note | {"verifier": "v" * 43}))


@pytest.mark.parametrize("tampered", ["", "x", "gAAAA"])
async def test_a_cookie_that_we_did_not_seal_is_none(browser: Browser, tampered: str) -> None:
    callback = await browser.visit(await browser.begin())
    browser.cookies[PENDING] = tampered

    assert (await browser.go(callback)).status == 400


@pytest.mark.parametrize(
    "path",
    ["//evil.example.org", "/\\evil.example.org", "https://evil.example.org", "evil", "", "/a\\b",
     "/%0d%0aset-cookie:x", "/%09/evil.example.org", "javascript:alert(1)", "/" + "a" * 600],
)  # fmt: skip
async def test_the_browser_is_sent_back_to_this_host_only(browser: Browser, path: str) -> None:
    assert (await browser.sign_in(path)).headers["location"] == "/"


async def test_after_an_exchange_of_keys_sign_in_goes_on(
    browser: Browser, provider: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "PAUSE_SECONDS", 0.0)
    assert (await browser.sign_in()).status == 303
    await provider.tell(rotate=True)

    assert (await browser.sign_in()).status == 303


async def test_a_key_that_is_gone_is_asked_for_now_and_then_only(browser: Browser, provider: Certified) -> None:
    assert (await browser.sign_in()).status == 303
    await provider.tell(rotate=True)

    assert (await browser.sign_in()).status == 502


async def test_a_wrong_secret_signs_nobody_in(open_gateway: Open) -> None:
    assert (await Browser(open_gateway(client_secret="wrong").application).sign_in()).status == 502


async def test_signing_out_tells_where_to_sign_out_at_the_provider(browser: Browser, provider: Certified) -> None:
    await browser.sign_in()
    reply = await browser.go("/auth/sign-out", "POST", x_registry_preflight="1")
    address = reply.json()["signOutAddress"]

    assert address.startswith(f"{provider.issuer}/session/end?id_token_hint=")
    assert dict(parse_qsl(urlsplit(address).query))["post_logout_redirect_uri"] == f"{ORIGIN}/"
    assert await who(browser) is None


@pytest.fixture
def refreshing(open_gateway: Open) -> Browser:
    """Of somebody whose session is rechecked."""
    scopes = ["openid", "profile", "email", "offline_access"]
    mapping = {"staff": "Staff"}
    return Browser(open_gateway(scopes=scopes, groups_claim="groups", groups=mapping).application)


async def make_due(access: RunningService) -> None:
    await change(access, update(IdentitySessionRow).values(recheck_at=func.now()))


async def recheck(browser: Browser, access: RunningService, gateway: Any = None) -> None:
    """Lets the gateway ask for the grants until it has asked the provider, and access has heard of it."""
    await make_due(access)
    before = (await rows(access, IdentitySessionRow))[0].sealed
    async with asyncio.timeout(10):
        while (found := await rows(access, IdentitySessionRow)) and found[0].sealed == before:
            await asyncio.sleep(0.05)
            await browser.go("/auth/session", x_nothing="1")


async def test_a_session_is_rechecked_and_goes_on_with_the_groups_of_now(
    refreshing: Browser, access: RunningService, provider: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.identity.grants.REMEMBERED_SECONDS", 0.0)
    staff = await make_group(access, "Staff")
    await refreshing.sign_in()
    [opened], [session] = await rows(access, IdentitySessionRow), await rows(access, SessionRow)
    assert opened.recheck_at is not None
    assert round((session.expires_at - session.created_at).total_seconds() / 60) == 15 + 60

    for told, groups in ((["staff"], [staff]), ([], [])):
        await provider.tell(claims={"ada": ADA | {"groups": told}})
        await recheck(refreshing, access)
        assert [row.group_id for row in await rows(access, GroupMemberRow)] == groups
    assert await who(refreshing) == "Ada Lovelace"


async def test_a_session_ends_when_the_provider_takes_the_right_back(
    refreshing: Browser, access: RunningService, provider: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.identity.grants.REMEMBERED_SECONDS", 0.0)
    await refreshing.sign_in()
    await provider.tell(claims={"ada": None})
    await recheck(refreshing, access)

    assert await who(refreshing) is None
    assert (await access.events())[-1].type == "session.ended.v1"


async def test_the_tokens_of_the_provider_are_nowhere_in_the_clear(refreshing: Browser, access: RunningService) -> None:
    await refreshing.sign_in()
    [opened] = await rows(access, IdentitySessionRow)

    assert opened.sealed.startswith("gAAAA")
    assert "eyJ" not in opened.sealed


async def test_without_a_refresh_token_a_session_is_bounded_by_its_age_alone(
    browser: Browser, access: RunningService
) -> None:
    await browser.sign_in()
    [opened], [session] = await rows(access, IdentitySessionRow), await rows(access, SessionRow)

    assert opened.recheck_at is None
    assert round((session.expires_at - session.created_at).total_seconds() / 3600) == 12


async def test_the_providers_are_listed_and_an_unknown_one_is_not_there(browser: Browser) -> None:
    assert (await browser.go("/auth/oidc")).json() == {"providers": [{"name": "main", "title": "Example"}]}
    assert (await browser.go("/auth/oidc/other/start")).status == 404
