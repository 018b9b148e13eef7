from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from chassis.access import EVERY_COMPANY, Actor, Scope
from chassis.context import INLINE_COMPANIES
from chassis.errors import Fault, NotFound
from services.access.domain.secrets import digest
from services.access.persistence.rows import ApiKeyRow, CompanyRow, ScopeRow, UserRow
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]
CREATE_KEY = """mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { apiKey { id name prefix lastUsedAt user { id } } secret errors { code field } }
}"""
REVOKE_KEY = """mutation ($id: ID!) {
  revokeApiKey(input: {id: $id}) { apiKey { id revokedAt } errors { code field message } }
}"""


async def create_key(access: RunningService, actor: Actor, **given: Any) -> Any:
    return (await access.data(CREATE_KEY, actor, input={"name": "import", **given}))["createApiKey"]


async def revoke_key(access: RunningService, actor: Actor, key_id: str) -> Any:
    return (await access.data(REVOKE_KEY, actor, id=key_id))["revokeApiKey"]


async def grants(access: RunningService, key: str) -> Any:
    prefix = key.split("_")[1]
    question = {"kind": "api_key", "prefix": prefix, "digest": digest(key)}
    return await access.ask("grants", question, caller="gateway")


async def change_keys(access: RunningService, **values: Any) -> None:
    async with access.database.work(SYSTEM) as work:
        await work.session.execute(update(ApiKeyRow).values(values))


async def test_a_key_acts_as_its_user_with_the_rights_of_all_its_groups(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    one, two = await make_company(), await make_company()
    ada: UserRow = await make_user()
    await make_group(["incident.view", "incident.add"], [one], [ada])
    await make_group(["incident.view"], [two], [ada])
    await make_group(["incident.delete"], [two], [await make_user()])
    made = await create_key(access, user(id=ada.id))
    found = await grants(access, made["secret"])
    assert found["actor"] == {"id": str(ada.id), "kind": "user", "name": "Ada", "locale": "en"}
    assert Scope.from_claims(found["scope"]).permissions == {
        "incident.view": frozenset({one.id, two.id}),
        "incident.add": frozenset({one.id}),
    }
    assert found["expires_at"] is None


async def test_the_secret_is_told_once_and_stored_as_its_digest(access: RunningService, make_user: Make) -> None:
    ada = await make_user()
    made = await create_key(access, user(id=ada.id))
    async with access.database.read(SYSTEM) as session:
        row = (await session.scalars(select(ApiKeyRow))).one()
    assert row.digest == digest(made["secret"])
    assert made["secret"] not in str(vars(row))
    assert made["apiKey"]["user"] == {"id": str(ada.id)}
    listed = await access.data("{ me { apiKeys { id name prefix } } }", user(id=ada.id))
    assert listed["me"]["apiKeys"] == [{name: made["apiKey"][name] for name in ("id", "name", "prefix")}]


async def test_what_differs_from_a_key_in_anything_is_no_key(access: RunningService, make_user: Make) -> None:
    key = (await create_key(access, user(id=(await make_user()).id)))["secret"]
    other = (await create_key(access, user(id=(await make_user()).id)))["secret"]
    mixed = "_".join([*key.split("_")[:2], other.split("_")[2]])
    for wrong in (mixed, key[:-1], "ir_000000000000_" + "0" * 64):
        with pytest.raises(NotFound):
            await grants(access, wrong)


async def test_a_key_ends_when_it_expires_is_revoked_or_its_user_is_inactive(
    access: RunningService, make_user: Make
) -> None:
    ada = await make_user()
    key = (await create_key(access, user(id=ada.id), expiresAt="2100-01-01T00:00:00Z"))["secret"]
    assert (await grants(access, key))["expires_at"] == "2100-01-01T00:00:00+00:00"
    await change_keys(access, expires_at=func.now())
    with pytest.raises(NotFound):
        await grants(access, key)
    await change_keys(access, expires_at=None, revoked_at=func.now())
    with pytest.raises(NotFound):
        await grants(access, key)
    await change_keys(access, revoked_at=None)
    assert await grants(access, key)
    async with access.database.work(SYSTEM) as work:
        await work.session.execute(update(UserRow).values(active=False))
    with pytest.raises(NotFound):
        await grants(access, key)


async def test_use_is_noted_once_a_minute(access: RunningService, make_user: Make) -> None:
    key = (await create_key(access, user(id=(await make_user()).id)))["secret"]
    written = []
    for used in (None, None, func.now() - func.make_interval(0, 0, 0, 0, 0, 2)):
        if used is not None:
            await change_keys(access, last_used_at=used)
        with access.statements() as seen:
            await grants(access, key)
        written.append(sum(statement.startswith("UPDATE") for statement in seen))
    assert written == [1, 0, 1]


async def test_revoking_tells_the_gateway_once(access: RunningService, make_user: Make) -> None:
    ada = await make_user()
    made = await create_key(access, user(id=ada.id))
    before = len(await access.events())
    first, again = [await revoke_key(access, user(id=ada.id), made["apiKey"]["id"]) for _ in range(2)]
    assert first == again
    assert first["apiKey"]["revokedAt"] is not None
    (event,) = (await access.events())[before:]
    assert (event.type, event.data) == ("grants.changed.v1", {"user_ids": [str(ada.id)]})
    assert (await access.data("{ me { apiKeys { id } } }", user(id=ada.id)))["me"]["apiKeys"] == []


async def test_a_foreign_key_and_none_are_the_same_to_who_would_revoke_it(
    access: RunningService, make_user: Make
) -> None:
    made = await create_key(access, user(id=(await make_user()).id))
    before = len(await access.events())
    foreign = await revoke_key(access, user(), made["apiKey"]["id"])
    absent = await revoke_key(access, user(), "018f0000-0000-7000-8000-000000000000")
    assert foreign == absent
    assert foreign["errors"][0]["code"] == "NOT_FOUND"
    assert await grants(access, made["secret"])
    assert len(await access.events()) == before


async def test_who_holds_less_than_its_user_cannot_end_a_key(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    company: CompanyRow = await make_company()
    bob: UserRow = await make_user("Bob")
    await make_group(["incident.view", "incident.close"], [company], [bob])
    made = await create_key(access, user(id=bob.id))
    manager = {"access.manage": [company.id], "incident.view": [company.id]}
    before = len(await access.events())
    less = await revoke_key(access, user(manager), made["apiKey"]["id"])
    assert [(error["code"], error["field"]) for error in less["errors"]] == [("DENIED", ["id"])]
    assert await grants(access, made["secret"])
    assert len(await access.events()) == before
    enough = await revoke_key(access, user(manager | {"incident.close": [company.id]}), made["apiKey"]["id"])
    assert enough["errors"] == []


async def test_a_key_for_somebody_else_needs_all_of_their_rights(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    company: CompanyRow = await make_company()
    bob: UserRow = await make_user("Bob")
    await make_group(["incident.view", "incident.close"], [company], [bob])
    manager = {"access.manage": [company.id], "incident.view": [company.id]}
    less = await create_key(access, user(manager), userId=str(bob.id))
    enough = await create_key(access, user(manager | {"incident.close": [company.id]}), userId=str(bob.id))
    assert (less["secret"], less["errors"]) == (None, [{"code": "DENIED", "field": ["userId"]}])
    assert (await grants(access, enough["secret"]))["actor"]["name"] == "Bob"


async def test_a_key_for_who_is_out_of_sight_or_absent_is_refused_alike(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    mine, foreign = await make_company(), await make_company()
    stranger = await make_user()
    await make_group(["incident.view"], [foreign], [stranger])
    manager = user({"access.manage": [mine.id]})
    refused = [
        await create_key(access, manager, userId=each)
        for each in (str(stranger.id), "018f0000-0000-7000-8000-000000000000")
    ]
    assert refused[0] == refused[1]
    assert refused[0]["errors"] == [{"code": "NOT_FOUND", "field": ["userId"]}]
    assert (await create_key(access, user(), userId=str(stranger.id)))["errors"][0]["code"] == "DENIED"


@pytest.mark.parametrize("moment", ["2020-01-01T00:00:00Z", "2100-01-01T00:00:00"])
async def test_a_key_expires_in_the_future_at_an_unambiguous_time(
    access: RunningService, make_user: Make, moment: str
) -> None:
    made = await create_key(access, user(id=(await make_user()).id), expiresAt=moment)
    assert made["errors"] == [{"code": "INVALID", "field": ["expiresAt"]}]


async def test_a_large_scope_can_be_asked_for_by_its_digest(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    companies = [await make_company() for _ in range(INLINE_COMPANIES + 1)]
    ada = await make_user()
    await make_group(["incident.view"], companies, [ada])
    key = (await create_key(access, user(id=ada.id)))["secret"]
    given = await grants(access, key)
    await grants(access, key)
    scope = Scope.from_claims(given["scope"])
    assert await access.ask("scopes", {"hash": scope.digest()}, caller="incidents") == given["scope"]
    async with access.database.read(SYSTEM) as session:
        assert await session.scalar(select(func.count()).select_from(ScopeRow)) == 1


async def test_a_small_scope_is_not_kept_and_an_unknown_digest_is_absent(
    access: RunningService, make_user: Make, make_group: Make
) -> None:
    ada = await make_user()
    await make_group(["incident.view"], [], [ada])
    await grants(access, (await create_key(access, user(id=ada.id)))["secret"])
    with pytest.raises(NotFound):
        await access.ask("scopes", {"hash": Scope({"incident.view": EVERY_COMPANY}).digest()}, caller="files")
    with pytest.raises(Fault, match="403"):
        await access.ask("scopes", {"hash": ""}, caller="gateway")


async def test_an_actor_with_a_large_scope_is_understood_by_the_graph(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    companies = [await make_company() for _ in range(INLINE_COMPANIES + 1)]
    ada = await make_user()
    await make_group(["incident.view"], companies, [ada])
    await grants(access, (await create_key(access, user(id=ada.id)))["secret"])
    actor = user({"incident.view": [company.id for company in companies]}, id=ada.id)
    found = await access.data("{ companies(first: 1) { totalCount } }", actor)
    assert found["companies"]["totalCount"] == INLINE_COMPANIES + 1


async def test_grants_cost_two_statements_however_many_groups(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    ada = await make_user()
    for _ in range(3):
        await make_group(["incident.view"], [await make_company()], [ada])
    key = (await create_key(access, user(id=ada.id)))["secret"]
    await grants(access, key)
    with access.statements() as seen:
        await grants(access, key)
    assert len(seen) == 2
