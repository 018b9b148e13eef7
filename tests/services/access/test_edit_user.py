from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from chassis.access import EVERY_COMPANY, Actor
from chassis.errors import NotFound
from chassis.identifiers import uuid7
from services.access.domain.secrets import digest
from services.access.persistence.rows import AccessChangeRow, ApiKeyRow, CompanyRow, SessionRow, UserRow
from services.access.persistence.users import Users
from services.access.usecases.create_api_key import CreateApiKey, create_api_key
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]
SHOWN = "user { id name email locale active version } errors { code message field }"
EDIT = f"mutation ($input: EditUserInput!) {{ change: editUser(input: $input) {{ {SHOWN} }} }}"
EDIT_ME = f"mutation ($input: EditMeInput!) {{ change: editMe(input: $input) {{ {SHOWN} }} }}"
PASSWORD = "a long enough password"


async def edit(access: RunningService, actor: Actor, whom: Any, **given: Any) -> Any:
    return (await access.data(EDIT, actor, input={"id": str(getattr(whom, "id", whom)), **given}))["change"]


async def edit_me(access: RunningService, actor: Actor, **given: Any) -> Any:
    return (await access.data(EDIT_ME, actor, input=given))["change"]


async def stored(access: RunningService) -> Any:
    """Everything that a refused change must leave alone."""
    async with access.database.read(SYSTEM, through=("audit",)) as session:
        users = [
            {column: getattr(row, column) for column in [each.key for each in UserRow.__table__.columns]}
            for row in await session.scalars(select(UserRow).order_by(UserRow.id))
        ]
        sessions = (await session.scalars(select(SessionRow.id).order_by(SessionRow.id))).all()
        keys = (await session.execute(select(ApiKeyRow.id, ApiKeyRow.revoked_at))).all()
        history = await session.scalar(select(func.count()).select_from(AccessChangeRow))
    return users, sessions, sorted(keys), history, len(await access.events())


def refusal(answer: Any) -> tuple[str, list[str]]:
    (error,) = answer["errors"]
    assert (answer["user"] is not None) == (error["field"] == ["expectedVersion"])  # then as it is now
    return error["code"], error["field"]


async def sign_in(access: RunningService, email: str) -> Any:
    return await access.ask("sign-in", {"email": email, "password": PASSWORD}, caller="gateway")


@pytest.fixture
async def here(make_company: Make) -> CompanyRow:
    made: CompanyRow = await make_company("Here")
    return made


@pytest.fixture
async def bob(make_user: Make, make_group: Make, here: CompanyRow, password_hash: str) -> UserRow:
    """Sees the incidents of the company."""
    made: UserRow = await make_user("Bob", "bob@example.org", password_hash)
    await make_group(["incident.view"], [here], [made])
    return made


@pytest.fixture
def manager(here: CompanyRow) -> Actor:
    """Of that company, and of nothing else."""
    return user({"access.manage": [here.id], "incident.view": [here.id]})


async def test_a_user_is_changed_and_told_to_everybody_who_has_a_copy(
    access: RunningService, bob: UserRow, manager: Actor
) -> None:
    before = len(await access.events())
    changed = await edit(
        access, manager, bob, email="Robert@example.org", name=" Robert ", locale="de", expectedVersion=2
    )
    assert changed == {
        "user": {
            "id": str(bob.id), "name": "Robert", "email": "Robert@example.org", "locale": "de", "active": True,
            "version": 3,
        },
        "errors": [],
    }  # fmt: skip
    fresh = (await access.events())[before:]
    assert [(event.type, event.subject, event.data) for event in fresh] == [
        (kind, bob.id, {"user_ids": [str(bob.id)]}) for kind in ("users.changed.v1", "grants.changed.v1")
    ]
    assert (await sign_in(access, "robert@example.org"))["user"]["name"] == "Robert"


async def test_what_stays_the_same_is_no_change(access: RunningService, bob: UserRow, manager: Actor) -> None:
    before = await stored(access)
    assert (await edit(access, manager, bob, name="Bob", active=True))["errors"] == []
    assert await stored(access) == before


async def test_inactive_means_no_session_and_no_key_also_after_reactivation(
    access: RunningService, bob: UserRow, manager: Actor
) -> None:
    token = (await sign_in(access, "bob@example.org"))["token"]
    async with access.database.work(user(id=bob.id)) as work:
        key = (await create_api_key(CreateApiKey(name="import"), work)).secret
    questions = (
        {"kind": "session", "digest": digest(token)},
        {"kind": "api_key", "prefix": key.split("_")[1], "digest": digest(key)},
    )
    for question in questions:
        assert await access.ask("grants", question, caller="gateway")
    before = len(await access.events())

    for active in (False, True):
        assert (await edit(access, manager, bob, active=active))["user"]["active"] is active
        for question in questions:
            with pytest.raises(NotFound):
                await access.ask("grants", question, caller="gateway")
    assert {event.type for event in (await access.events())[before:]} == {"users.changed.v1", "grants.changed.v1"}
    assert "token" in await sign_in(access, "bob@example.org")


async def test_a_key_is_not_made_for_who_is_inactive(access: RunningService, bob: UserRow, manager: Actor) -> None:
    await edit(access, manager, bob, active=False)
    ask = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret errors { code field } } }"
    made = await access.data(ask, manager, input={"name": "import", "userId": str(bob.id)})
    assert made["createApiKey"] == {"secret": None, "errors": [{"code": "CONFLICT", "field": ["userId"]}]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"email": "bob"}, ("INVALID", ["email"])),
        ({"name": ""}, ("INVALID", ["name"])),
        ({"locale": "Kazakh"}, ("INVALID", ["locale"])),
        ({"email": "ADA@example.org"}, ("CONFLICT", ["email"])),
        ({"name": "Robert", "expectedVersion": 1}, ("CONFLICT", ["expectedVersion"])),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_changed(
    access: RunningService, bob: UserRow, manager: Actor, make_user: Make, given: Any, expected: Any
) -> None:
    await make_user("Ada", "ada@example.org")
    before = await stored(access)
    assert refusal(await edit(access, manager, bob, **given)) == expected
    assert await stored(access) == before


async def test_an_address_taken_at_the_same_moment_is_refused(
    access: RunningService, bob: UserRow, manager: Actor, make_user: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def free(*_: Any, **__: Any) -> bool:
        return False

    await make_user("Ada", "ada@example.org")
    monkeypatch.setattr(Users, "mail_taken", free)
    before = await stored(access)
    assert refusal(await edit(access, manager, bob, email="ada@example.org")) == ("CONFLICT", ["email"])
    assert await stored(access) == before


async def test_somebody_of_another_company_is_as_absent_as_nobody(
    access: RunningService, bob: UserRow, make_company: Make
) -> None:
    stranger = user({"access.manage": [(await make_company()).id]})
    before = await stored(access)
    for given in ({"name": "Mine"}, {"active": False}, {"email": "bob@example.org"}, {"expectedVersion": 7}):
        foreign = await edit(access, stranger, bob, **given)
        assert foreign == await edit(access, stranger, uuid7(), **given)
        assert refusal(foreign) == ("NOT_FOUND", ["id"])
    assert await stored(access) == before


async def test_who_holds_less_than_the_user_changes_nothing(
    access: RunningService, bob: UserRow, manager: Actor, make_company: Make, make_group: Make
) -> None:
    await make_group(["incident.close"], [await make_company()], [bob])
    before = await stored(access)
    assert refusal(await edit(access, manager, bob, name="Mine")) == ("DENIED", ["id"])
    assert refusal(await edit(access, user({"incident.view": EVERY_COMPANY}), bob, name="Mine")) == ("DENIED", ["id"])
    assert await stored(access) == before


async def test_people_change_their_own_name_and_language(access: RunningService, bob: UserRow) -> None:
    changed = await edit_me(access, user(id=bob.id), name="Bobby", locale="kk", expectedVersion=2)
    assert (changed["user"]["name"], changed["user"]["locale"], changed["user"]["version"]) == ("Bobby", "kk", 3)
    before = await stored(access)
    stale = await edit_me(access, user(id=bob.id), name="Rob", expectedVersion=2)
    assert (refusal(stale)[0], stale["user"]["name"], stale["user"]["version"]) == ("CONFLICT", "Bobby", 3)
    assert refusal(await edit_me(access, user(id=bob.id), name=" ")) == ("INVALID", ["name"])
    assert (await edit_me(access, user(id=bob.id), name="Bobby"))["errors"] == []
    assert await stored(access) == before


async def test_changes_are_in_the_history(
    access: RunningService, bob: UserRow, manager: Actor, here: CompanyRow
) -> None:
    await edit(access, manager, bob, name="Robert")
    await edit(access, manager, bob, active=False)
    await edit(access, manager, bob, active=True)
    await edit_me(access, user({"incident.view": [here.id]}, id=bob.id), name="Rob")
    asked = "{ accessChanges(first: 4) { nodes { operation subjectId changes { field before after } } } }"
    told = await access.data(asked, user({"audit.read": [here.id]}))
    assert [(entry["operation"], entry["changes"][0]["field"]) for entry in told["accessChanges"]["nodes"]] == [
        ("EDITED", "name"), ("REACTIVATED", "active"), ("DEACTIVATED", "active"), ("EDITED", "name"),
    ]  # fmt: skip
