from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from chassis.access import EVERY_COMPANY, Actor, Scope
from chassis.errors import NotFound
from chassis.identifiers import uuid7
from services.access.domain.secrets import digest
from services.access.persistence.rows import ApiKeyRow, CompanyRow, IdentityRow, UserRow
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]
FIELDS = "id name prefix permissions companies { name } version previousSecretUntil revokedAt"
SHOWN = f"apiKey {{ {FIELDS} }} secret errors {{ code field message }}"
CREATE = f"mutation ($input: CreateApiKeyInput!) {{ change: createApiKey(input: $input) {{ {SHOWN} }} }}"
ROTATE = f"mutation ($input: RotateApiKeyInput!) {{ change: rotateApiKey(input: $input) {{ {SHOWN} }} }}"
REVOKE = """mutation ($input: RevokeApiKeyInput!) {
  change: revokeApiKey(input: $input) { apiKey { id version revokedAt } errors { code field } }
}"""
LIST = """query ($filter: ApiKeyFilter, $first: Int! = 20, $after: String) {
  apiKeys(filter: $filter, first: $first, after: $after) {
    nodes { name user { name } } totalCount pageInfo { hasNextPage endCursor }
  }
}"""


@pytest.fixture
async def here(make_company: Make) -> CompanyRow:
    made: CompanyRow = await make_company("Here")
    return made


@pytest.fixture
async def bob(make_user: Make, make_group: Make, here: CompanyRow) -> UserRow:
    made: UserRow = await make_user("Bob")
    await make_group(["incident.view", "incident.edit"], [here], [made])
    return made


async def make_key(access: RunningService, actor: Actor, **given: Any) -> Any:
    return (await access.data(CREATE, actor, input={"name": "import", **given}))["change"]


async def rotate(access: RunningService, actor: Actor, key: Any, **given: Any) -> Any:
    return (await access.data(ROTATE, actor, input={"id": key["apiKey"]["id"], **given}))["change"]


async def grants(access: RunningService, key: str) -> Any:
    question = {"kind": "api_key", "prefix": key.split("_")[1], "digest": digest(key)}
    return await access.ask("grants", question, caller="gateway")


async def opens(access: RunningService, *keys: str) -> list[bool]:
    found = []
    for key in keys:
        try:
            await grants(access, key)
            found.append(True)
        except NotFound:
            found.append(False)
    return found


def acting_by(key: Any, owner: UserRow) -> Actor:
    return replace(user(id=owner.id), credential=UUID(key["apiKey"]["id"]))


async def stored(access: RunningService) -> Any:
    async with access.database.read(SYSTEM) as session:
        rows = await session.execute(select(ApiKeyRow.id, ApiKeyRow.digest, ApiKeyRow.version, ApiKeyRow.revoked_at))
    return sorted(rows.all()), len(await access.events())


def refusal(answer: Any) -> tuple[str, list[str]]:
    (error,) = answer["errors"]
    assert (answer["apiKey"] is not None) == (error["field"] == ["expectedVersion"])  # then as it is now
    assert answer.get("secret") is None
    return error["code"], error["field"]


async def test_a_limited_key_may_what_its_user_may_at_that_time_within_its_limits(
    access: RunningService, here: CompanyRow, bob: UserRow, make_company: Make, make_group: Make
) -> None:
    there, elsewhere = await make_company("There"), await make_company("Elsewhere")
    group = await make_group(["incident.view"], [there, elsewhere], [bob])
    given = {
        "permissions": ["incident.view", "incident.close"],
        "companies": [{"id": str(c.id)} for c in (here, there)],
    }
    seeing = user({"incident.view": [here.id, there.id]}, id=bob.id)
    made = await make_key(access, seeing, **given)
    assert made["apiKey"]["permissions"] == ["incident.close", "incident.view"]
    assert made["apiKey"]["companies"] == [{"name": "Here"}, {"name": "There"}]
    scope = Scope.from_claims((await grants(access, made["secret"]))["scope"])
    assert scope == Scope({"incident.view": frozenset({here.id, there.id})})

    edit = "mutation ($input: EditGroupInput!) { editGroup(input: $input) { errors { code } } }"
    gone = {"id": str(group.id), "removeMembers": [str(bob.id)]}
    await access.data(edit, user({"access.manage": EVERY_COMPANY}), input=gone)
    scope = Scope.from_claims((await grants(access, made["secret"]))["scope"])
    assert scope == Scope({"incident.view": frozenset({here.id})})


async def test_companies_of_a_key_out_of_the_readers_sight_are_not_told(
    access: RunningService, here: CompanyRow, bob: UserRow, make_company: Make
) -> None:
    there = await make_company("There")
    both = user({"incident.view": [here.id, there.id]}, id=bob.id)
    made = await make_key(access, both, companies=[{"id": str(here.id)}, {"id": str(there.id)}])
    manager = user({"access.manage": [here.id]})
    answer = await access.data(f"{{ apiKeys {{ nodes {{ {FIELDS} }} }} }}", manager)
    (shown,) = answer["apiKeys"]["nodes"]
    assert (shown["id"], shown["companies"]) == (made["apiKey"]["id"], [{"name": "Here"}])
    assert str(there.id) not in str(answer)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"permissions": []}, ("INVALID", ["permissions"])),
        ({"permissions": ["incident.fly"]}, ("INVALID", ["permissions"])),
        ({"companies": []}, ("INVALID", ["companies"])),
        ({"companies": [{"code": "NONE"}]}, ("NOT_FOUND", ["companies"])),
        ({"companies": [{"code": "FOREIGN"}]}, ("NOT_FOUND", ["companies"])),
    ],
)
async def test_limits_that_cannot_be_are_refused(
    access: RunningService, bob: UserRow, here: CompanyRow, make_company: Make, given: Any, expected: Any
) -> None:
    await make_company("Foreign", "FOREIGN")
    assert refusal(await make_key(access, user({"incident.view": [here.id]}, id=bob.id), **given)) == expected
    assert (await stored(access))[0] == []


async def test_a_limited_key_makes_and_rotates_no_key_that_may_more(
    access: RunningService, here: CompanyRow, bob: UserRow
) -> None:
    owner = user({"incident.view": [here.id]}, id=bob.id)
    wide, narrow = await make_key(access, owner), await make_key(access, owner, permissions=["incident.view"])
    actor = acting_by(narrow, bob)
    before = await stored(access)
    assert refusal(await make_key(access, actor))[0] == "DENIED"
    assert refusal(await make_key(access, actor, permissions=["incident.view", "incident.edit"]))[0] == "DENIED"
    assert refusal(await rotate(access, actor, wide)) == ("DENIED", ["id"])
    assert await stored(access) == before
    assert (await make_key(access, actor, permissions=["incident.view"]))["errors"] == []
    assert (await rotate(access, actor, narrow))["errors"] == []
    assert (await make_key(access, acting_by(wide, bob)))["errors"] == []


async def test_who_shows_a_narrowed_token_makes_no_key_and_changes_nothing_of_its_user(
    access: RunningService, bob: UserRow
) -> None:
    linked = {"issuer": "https://idp.example", "subject": "bob"}
    async with access.database.work(SYSTEM) as work:
        work.session.add(IdentityRow(**linked, user_id=bob.id, last_sign_in_at=bob.created_at))
    narrowed = await access.ask("identity-grants", linked | {"permissions": ["incident.view"]}, caller="gateway")
    whole = await access.ask("identity-grants", linked, caller="gateway")
    assert whole["credential"] is None
    actor = replace(user(id=bob.id), credential=UUID(narrowed["credential"]))
    before = await stored(access)
    assert refusal(await make_key(access, actor))[0] == "DENIED"
    assert refusal(await make_key(access, actor, permissions=["incident.view"]))[0] == "DENIED"
    told = await access.data('mutation { editMe(input: {name: "X"}) { errors { code } } }', actor)
    assert told["editMe"]["errors"] == [{"code": "DENIED"}]
    assert await stored(access) == before


async def test_after_a_rotation_both_secrets_hold_until_the_overlap_ends(access: RunningService, bob: UserRow) -> None:
    owner = user(id=bob.id)
    first = await make_key(access, owner)
    before = len(await access.events())
    second = await rotate(access, owner, first, expectedVersion=1)
    assert second["apiKey"]["prefix"] == first["apiKey"]["prefix"]
    assert (second["apiKey"]["version"], second["errors"]) == (2, [])
    assert await opens(access, first["secret"], second["secret"]) == [True, True]
    (event,) = (await access.events())[before:]
    assert (event.type, event.data) == ("grants.changed.v1", {"user_ids": [str(bob.id)]})
    async with access.database.work(SYSTEM) as work:
        left = select(func.extract("epoch", ApiKeyRow.previous_until - func.now()))
        assert 23.9 * 3600 < float(await work.session.scalar(left) or 0) <= 24 * 3600
        await work.session.execute(update(ApiKeyRow).values(previous_until=func.now()))
    assert await opens(access, first["secret"], second["secret"]) == [False, True]


async def test_a_second_rotation_ends_the_first_secret_and_no_overlap_means_at_once(
    access: RunningService, bob: UserRow
) -> None:
    owner = user(id=bob.id)
    first = await make_key(access, owner)
    second = await rotate(access, owner, first)
    third = await rotate(access, owner, first, overlapHours=168)
    assert await opens(access, first["secret"], second["secret"], third["secret"]) == [False, True, True]
    fourth = await rotate(access, owner, first, overlapHours=0)
    assert await opens(access, second["secret"], third["secret"], fourth["secret"]) == [False, False, True]
    revoked = await access.data(REVOKE, owner, input={"id": first["apiKey"]["id"], "expectedVersion": 4})
    assert (revoked["change"]["apiKey"]["version"], revoked["change"]["errors"]) == (5, [])
    assert await opens(access, third["secret"], fourth["secret"]) == [False, False]
    sequences = [event.sequence for event in await access.events() if str(event.subject) == first["apiKey"]["id"]]
    assert sequences == [2, 3, 4, 5]


async def test_what_cannot_be_rotated(
    access: RunningService, here: CompanyRow, bob: UserRow, make_company: Make, make_group: Make
) -> None:
    owner = user(id=bob.id)
    key, ended = await make_key(access, owner), await make_key(access, owner)
    await access.data(REVOKE, owner, input={"id": ended["apiKey"]["id"]})
    stranger = user({"access.manage": [(await make_company()).id]})
    less = user({"access.manage": [here.id], "incident.view": [here.id]})
    before = await stored(access)
    absent = {"apiKey": {"id": str(uuid7())}}
    for actor in (stranger, user()):
        assert await rotate(access, actor, key) == await rotate(access, actor, absent)
        assert refusal(await rotate(access, actor, key)) == ("NOT_FOUND", ["id"])
    assert refusal(await rotate(access, less, key)) == ("DENIED", ["id"])
    assert refusal(await rotate(access, owner, ended)) == ("CONFLICT", ["id"])
    rotated = await rotate(access, owner, key, expectedVersion=7)
    assert refusal(rotated) == ("CONFLICT", ["expectedVersion"])
    assert rotated["apiKey"] == key["apiKey"]
    for hours in (-1, 169):
        assert refusal(await rotate(access, owner, key, overlapHours=hours)) == ("INVALID", ["overlapHours"])
    stale = await access.data(REVOKE, owner, input={"id": key["apiKey"]["id"], "expectedVersion": 7})
    assert refusal(stale["change"]) == ("CONFLICT", ["expectedVersion"])
    assert stale["change"]["apiKey"] == {"id": key["apiKey"]["id"], "version": 1, "revokedAt": None}
    assert await stored(access) == before


async def test_an_administrator_lists_the_keys_of_users_in_their_care(
    access: RunningService, here: CompanyRow, bob: UserRow, make_company: Make, make_user: Make, make_group: Make
) -> None:
    stranger = await make_user("Stranger")
    await make_group(["incident.view"], [await make_company()], [stranger])
    await make_key(access, user(id=stranger.id), name="foreign")
    for name in ("y", "x", "z"):
        await make_key(access, user(id=bob.id), name=name)
    revoked = await make_key(access, user(id=bob.id), name="old")
    await access.data(REVOKE, user(id=bob.id), input={"id": revoked["apiKey"]["id"]})
    manager = user({"access.manage": [here.id]})

    async def names(**filter: Any) -> list[str]:
        found = (await access.data(LIST, manager, filter=filter))["apiKeys"]
        assert found["totalCount"] == len(found["nodes"])
        return [node["name"] for node in found["nodes"]]

    assert await names() == ["old", "x", "y", "z"]
    assert await names(revoked=False, search="Y") == ["y"]
    assert await names(revoked=True) == ["old"]
    assert await names(userIds=[str(stranger.id)]) == []
    assert await names(userIds=[str(bob.id)], revoked=False) == ["x", "y", "z"]
    paged = LIST.replace("totalCount", "").replace("user { name }", "")
    with access.statements() as seen:
        first = (await access.data(paged, manager, first=2))["apiKeys"]
    assert len(seen) == 1
    rest = (await access.data(paged, manager, first=2, after=first["pageInfo"]["endCursor"]))["apiKeys"]
    assert [node["name"] for node in (*first["nodes"], *rest["nodes"])] == ["old", "x", "y", "z"]
