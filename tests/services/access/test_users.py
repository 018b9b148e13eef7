from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from chassis.access import EVERY_COMPANY, Actor
from services.access.persistence.rows import UserRow
from tests.support.services import RunningService, user

Make = Callable[..., Awaitable[Any]]
CREATE = """mutation ($input: CreateUserInput!) {
  createUser(input: $input) {
    user { id name email locale active serviceAccount }
    errors { code message field }
  }
}"""
DETAILS = "id name email locale active serviceAccount"


async def create(access: RunningService, actor: Actor, **given: Any) -> Any:
    return (await access.data(CREATE, actor, input=given))["createUser"]


async def listed(access: RunningService, actor: Actor, arguments: str = "") -> list[str]:
    found = await access.data(f"{{ users{arguments} {{ nodes {{ name email }} totalCount }} }}", actor)
    nodes = found["users"]["nodes"]
    assert found["users"]["totalCount"] == len(nodes)
    assert all(node["email"] for node in nodes)
    return [node["name"] for node in nodes]


def told(row: UserRow) -> dict[str, Any]:
    """What is known of a user in detail."""
    rest = {"email": row.email, "locale": row.locale, "active": True, "serviceAccount": False}
    return {"id": str(row.id), "name": row.name} | rest


def named(row: UserRow) -> dict[str, Any]:
    """What everybody with the reference knows of a user."""
    return {"id": str(row.id), "name": row.name, "email": None, "locale": None, "active": None, "serviceAccount": None}


async def test_a_new_user_can_sign_in_and_do_nothing(access: RunningService, administrator: Actor) -> None:
    made = await create(
        access, administrator, email="Ada@Example.org", name="Ada", locale="kk", password="a long enough password"
    )
    assert made["errors"] == []
    asked = {"email": "ada@example.org", "password": "a long enough password"}
    (event,) = await access.events()
    assert (event.type, event.sequence, event.company_id) == ("users.changed.v1", 1, None)
    assert event.data == {"user_ids": [made["user"]["id"]]}
    assert "change_required" in await access.ask("sign-in", asked, caller="gateway")
    signed_in = await access.ask("change-password", asked | {"new_password": "one of her own"}, caller="gateway")
    assert signed_in["user"] == {"id": made["user"]["id"], "name": "Ada"}


async def test_a_mail_address_is_taken_in_whatever_case(
    access: RunningService, administrator: Actor, make_user: Make
) -> None:
    await make_user("Ada", "ada@example.org")
    refused = await create(access, administrator, email="ADA@example.org", name="Eve")
    assert refused["user"] is None
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("CONFLICT", ["email"])]
    assert len(await access.events()) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "ada"}, "email"),
        ({"name": ""}, "name"),
        ({"locale": "Kazakh"}, "locale"),
        ({"password": "short"}, "password"),
        ({"serviceAccount": True, "password": "a long enough password"}, "password"),
    ],
)
async def test_bad_input_is_refused_with_its_field(
    access: RunningService, administrator: Actor, given: dict[str, Any], field: str
) -> None:
    refused = await create(access, administrator, **({"email": "ada@example.org", "name": "Ada"} | given))
    assert refused["user"] is None
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("INVALID", [field])]
    assert await access.events() == []


async def test_who_manages_nothing_creates_nobody(access: RunningService) -> None:
    for actor in (user(), user({"incident.view": EVERY_COMPANY})):
        refused = await create(access, actor, email="ada@example.org", name="Ada", password="a long enough password")
        assert (refused["user"], refused["errors"][0]["code"]) == (None, "DENIED")
    assert await access.events() == []
    assert await listed(access, user({"access.manage": EVERY_COMPANY})) == []


async def test_an_administrator_sees_who_works_in_the_companies_they_manage(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    mine, foreign = await make_company(), await make_company()
    colleague, boss, stranger = await make_user("Colleague"), await make_user("Boss"), await make_user("Stranger")
    await make_user("Idle")
    await make_group(["incident.view"], [mine], [colleague])
    await make_group(["incident.view"], [foreign], [stranger, colleague])
    await make_group(["incident.view"], [], [boss])
    manager = user({"access.manage": [mine.id], "incident.view": [foreign.id]})
    assert await listed(access, manager) == ["Boss", "Colleague"]
    assert await listed(access, manager, f'(filter: {{companyIds: ["{foreign.id}"]}})') == []
    assert await listed(access, manager, f'(filter: {{companyIds: ["{mine.id}"], search: "COLL"}})') == ["Colleague"]
    everything = user({"access.manage": EVERY_COMPANY})
    assert await listed(access, everything) == ["Boss", "Colleague", "Idle", "Stranger"]
    assert await listed(access, everything, f'(filter: {{companyIds: ["{foreign.id}"]}})') == [
        "Boss",
        "Colleague",
        "Stranger",
    ]


async def test_a_new_user_is_seen_by_its_maker_until_it_works_elsewhere(
    access: RunningService, make_company: Make, make_group: Make
) -> None:
    mine, foreign = await make_company(), await make_company()
    maker, other = user({"access.manage": [mine.id]}), user({"access.manage": [mine.id]})
    made = (await create(access, maker, email="ada@example.org", name="Ada"))["user"]
    assert await listed(access, maker) == ["Ada"]
    assert await listed(access, other) == []
    assert await listed(access, user(id=maker.id)) == []
    row = UserRow(id=made["id"])
    await make_group(["incident.view"], [foreign], [row])
    assert await listed(access, maker) == []


async def test_the_name_is_for_everyone_the_rest_for_oneself_and_administrators(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    company, elsewhere = await make_company(), await make_company()
    ada, bob = await make_user("Ada"), await make_user("Bob")
    await make_group(["incident.view"], [company], [ada])
    everybody = user({"incident.view": EVERY_COMPANY, "access.manage": [elsewhere.id]})
    assert await access.entities("User", [ada.id, bob.id], DETAILS, everybody) == [named(ada), named(bob)]
    assert await access.entities("User", [ada.id, bob.id], DETAILS, user(id=bob.id)) == [named(ada), told(bob)]
    manager = user({"access.manage": [company.id]})
    assert await access.entities("User", [ada.id, bob.id], DETAILS, manager) == [told(ada), named(bob)]


async def test_fifty_references_cost_one_statement_and_unknown_ones_are_null(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    company = await make_company()
    users = [await make_user(f"User {n}") for n in range(49)]
    await make_group(["incident.view"], [company], users[:10])
    with access.statements() as seen:
        ids = [*(each.id for each in users), uuid4(), "no id"]
        found = await access.entities("User", ids, "name email", user({"access.manage": [company.id]}))
    assert [each and each["name"] for each in found] == [*(each.name for each in users), None, None]
    assert sum(each["email"] is not None for each in found[:49]) == 10
    assert len(seen) == 1


async def test_me_tells_who_i_am_and_where_i_may_do_what(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    one, two = await make_company("One"), await make_company("Two")
    ada = await make_user("Ada")
    actor = user({"incident.view": [one.id, two.id], "metrics.read": EVERY_COMPANY}, id=ada.id)
    query = """{ me {
      user { name email }
      showsModuleLink
      permissions { permission everyCompany companies(first: 1) { totalCount nodes { name } } }
    } }"""
    found = (await access.data(query, actor))["me"]
    assert found["user"] == {"name": "Ada", "email": ada.email}
    assert found["showsModuleLink"] is False
    first_of_two = {"totalCount": 2, "nodes": [{"name": "One"}]}
    assert found["permissions"] == [
        {"permission": "incident.view", "everyCompany": False, "companies": first_of_two},
        {"permission": "metrics.read", "everyCompany": True, "companies": first_of_two},
    ]
    await make_group(["incident.view"], [one], [ada])
    assert (await access.data("{ me { showsModuleLink } }", user(id=ada.id)))["me"] == {"showsModuleLink": True}


async def test_many_permissions_held_in_the_same_companies_cost_as_much_as_one(
    access: RunningService, make_company: Make
) -> None:
    one, two = [(await make_company(name)).id for name in ("One", "Two")]
    same, other = frozenset([one, two]), frozenset([two])
    query = "{ me { permissions { companies(first: 1) { totalCount nodes { name } } } } }"
    counts = []
    for held in ({"incident.view": same}, {f"incident.{right}": same for right in ("view", "add", "edit", "close")}):
        with access.statements() as seen:
            await access.data(query, user(held))
        counts.append(len(seen))
    with access.statements() as seen:
        found = (await access.data(query, user({"incident.view": same, "incident.add": other})))["me"]["permissions"]

    assert counts == [2, 2]
    assert len(seen) == 4
    assert [grant["companies"]["nodes"][0]["name"] for grant in found] == ["Two", "One"]
