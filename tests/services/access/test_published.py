from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from chassis.errors import Fault
from tests.support.services import RunningService, user

Make = Callable[..., Awaitable[Any]]
READERS = ("directories", "files", "incidents", "notifications")


async def find(access: RunningService, name: str, **asked: Any) -> list[Any]:
    found: list[Any] = await access.ask(f"lookups/{name}", asked, caller="incidents")
    return found


async def test_companies_are_found_by_id_and_by_code(access: RunningService, make_company: Make) -> None:
    one, two = await make_company("One", "ONE"), await make_company("Two", "TWO")
    found = await find(access, "company", ids=[str(one.id), str(uuid4())], codes=["TWO", "NONE"])
    assert sorted(found, key=lambda row: str(row["code"])) == [
        {
            "id": str(company.id),
            "version": 1,
            "code": company.code,
            "name": company.name,
            "active": True,
            "default_locale": "en",
            "time_zone": "UTC",
        }
        for company in (one, two)
    ]


async def test_a_user_is_told_with_the_companies_whose_incidents_they_see(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    one, two, three = [await make_company() for _ in range(3)]
    ada, boss = await make_user("Ada"), await make_user("Boss")
    await make_group(["incident.view"], [one, two], [ada])
    await make_group(["incident.view", "incident.add"], [two], [ada])
    await make_group(["metrics.read"], [three], [ada])
    await make_group(["incident.view"], [], [boss])
    found = {row["name"]: row for row in await find(access, "user", ids=[str(ada.id), str(boss.id)])}
    assert found["Ada"] == {
        "id": str(ada.id),
        "version": 4,
        "name": "Ada",
        "email": ada.email,
        "locale": "en",
        "active": True,
        "every_company": False,
        "company_ids": sorted([str(one.id), str(two.id)]),
    }
    assert (found["Boss"]["every_company"], found["Boss"]["company_ids"]) == (True, [])


async def test_a_change_of_rights_is_a_new_version_that_its_event_leads_to(
    access: RunningService, administrator: Any, make_company: Make, make_user: Make, make_group: Make
) -> None:
    company, ada = await make_company(), await make_user("Ada")
    group = await make_group(["incident.view"], [company], [ada])
    (before,) = await find(access, "user", ids=[str(ada.id)])
    mutation = """mutation ($id: ID!, $member: ID!) {
      editGroup(input: {id: $id, removeMembers: [$member]}) { errors { code } }
    }"""
    await access.data(mutation, administrator, id=str(group.id), member=str(ada.id))
    changed = [event for event in await access.events() if event.type == "users.changed.v1"][-1]
    (after,) = await find(access, "user", ids=changed.data["user_ids"])
    assert (before["company_ids"], after["company_ids"]) == ([str(company.id)], [])
    assert after["version"] == before["version"] + 1


async def test_what_a_company_consists_of_is_found_by_id(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make, make_department: Make,
    make_site: Make, make_team: Make,
) -> None:  # fmt: skip
    company, ada = await make_company(), await make_user("Ada")
    await make_group(["incident.view"], [company], [ada])
    top = await make_department(company, "Top")
    low = await make_department(company, "Low", code="LOW", parent_id=top.id)
    site, team = await make_site(company, "Harbour", country="KZ"), await make_team(company, "Duty", [ada])

    common = {"company_id": str(company.id), "version": 1, "active": True}
    assert await find(access, "department", ids=[str(low.id)], codes=["LOW"]) == [
        {"id": str(low.id), "parent_id": str(top.id), "name": "Low", "code": "LOW", **common}
    ]
    assert await find(access, "site", ids=[str(site.id)]) == [
        {"id": str(site.id), "name": "Harbour", "country": "KZ", **common}
    ]
    assert await find(access, "team", ids=[str(team.id)]) == [
        {"id": str(team.id), "name": "Duty", "member_ids": [str(ada.id)], **common}
    ]


@pytest.mark.parametrize("name", ["company", "user", "department", "site", "team"])
async def test_a_snapshot_gives_everything_page_by_page(
    access: RunningService, make_company: Make, make_user: Make, name: str, request: pytest.FixtureRequest
) -> None:
    make = {"company": make_company, "user": make_user}.get(name)
    if make is None:
        make = partial(request.getfixturevalue(f"make_{name}"), await make_company())
    expected = sorted([str((await make()).id) for _ in range(5)])
    seen: list[str] = []
    while True:
        asked = {"after": seen[-1] if seen else None, "limit": 2}
        page = await access.ask(f"snapshots/{name}", asked, caller="files")
        seen += [row["id"] for row in page]
        if len(page) < 2:
            break
    assert seen == expected
    assert await find(access, name) == []


PUBLISHED = [
    f"{way}/{name}" for way in ("snapshots", "lookups") for name in ("company", "department", "site", "team", "user")
]


@pytest.mark.parametrize("question", PUBLISHED)
async def test_services_may_ask_and_nobody_else(access: RunningService, question: str) -> None:
    for caller in READERS:
        assert await access.ask(question, {}, caller=caller) == []
    with pytest.raises(Fault, match="403"):
        await access.ask(question, {}, caller="gateway")
    answer = await access.transport.post(f"http://access/internal/{question}", b"{}", {}, timeout=5)
    assert answer.status == 403


async def test_a_user_of_nothing_is_told_with_no_company(access: RunningService, make_user: Make) -> None:
    ada = await make_user()
    (row,) = await find(access, "user", ids=[str(ada.id)])
    assert (row["every_company"], row["company_ids"]) == (False, [])
    assert (await access.data("{ me { permissions { permission } } }", user(id=ada.id)))["me"] == {"permissions": []}
