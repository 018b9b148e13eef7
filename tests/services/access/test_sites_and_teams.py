from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from chassis.access import Actor
from services.access.persistence.rows import CompanyRow, UserRow
from services.access.usecases.create_team import MOST_MEMBERS
from tests.support.services import RunningService, user

Make = Callable[..., Awaitable[Any]]
CREATE_SITE = """mutation ($input: CreateSiteInput!) {
  createSite(input: $input) { site { id name address country active version } errors { code field } }
}"""
EDIT_SITE = """mutation ($input: EditSiteInput!) {
  editSite(input: $input) { site { name address country active version } errors { code field } }
}"""
CREATE_TEAM = """mutation ($input: CreateTeamInput!) {
  createTeam(input: $input) {
    team { id name active version members { totalCount nodes { name email } } } errors { code message field }
  }
}"""
EDIT_TEAM = CREATE_TEAM.replace("CreateTeamInput", "EditTeamInput").replace("createTeam", "editTeam")

HISTORY = """query ($ids: [ID!]) {
  accessChanges(filter: {subjectIds: $ids}) { nodes { changes { field before after } } }
}"""


@pytest.fixture
async def company(make_company: Make) -> CompanyRow:
    found: CompanyRow = await make_company("Acme", "ACME")
    return found


@pytest.fixture
def manager(company: CompanyRow) -> Actor:
    return user({"access.manage": [company.id]})


@pytest.fixture
def make_worker(make_user: Make, make_group: Make, company: CompanyRow) -> Make:
    """A user with a right in the company."""

    async def make(name: str = "Ada") -> UserRow:
        found: UserRow = await make_user(name)
        await make_group(["incident.view"], [company], [found])
        return found

    return make


async def ask(access: RunningService, actor: Actor, mutation: str, **given: Any) -> Any:
    (payload,) = (await access.data(mutation, actor, input=given)).values()
    return payload


def names(payload: Any) -> list[str]:
    return [member["name"] for member in payload["team"]["members"]["nodes"]]


async def test_a_site_is_made_changed_and_told(access: RunningService, company: CompanyRow, manager: Actor) -> None:
    made = await ask(
        access, manager, CREATE_SITE, company={"code": "ACME"}, name="Harbour", address="Quay 1,\n Aktau", country="KZ"
    )
    site = made["site"]
    edited = await ask(access, manager, EDIT_SITE, id=site["id"], expectedVersion=1, name="Port", address=None)
    stale = await ask(access, manager, EDIT_SITE, id=site["id"], expectedVersion=1, active=False)

    assert site | {"id": ""} == {
        "id": "", "name": "Harbour", "address": "Quay 1, Aktau", "country": "KZ", "active": True, "version": 1,
    }  # fmt: skip
    assert edited["site"] == {"name": "Port", "address": None, "country": "KZ", "active": True, "version": 2}
    assert stale == {"site": edited["site"], "errors": [{"code": "CONFLICT", "field": ["expectedVersion"]}]}
    told = [(event.type, event.sequence) for event in await access.events()]
    assert told[1:] == [("site.changed.v1", 1), ("site.changed.v1", 2)]


async def test_a_site_in_no_country_is_refused(access: RunningService, company: CompanyRow, manager: Actor) -> None:
    refused = await ask(access, manager, CREATE_SITE, company={"code": "ACME"}, name="Harbour", country="XX")
    assert refused == {"site": None, "errors": [{"code": "INVALID", "field": ["country"]}]}


async def test_a_team_has_members_who_work_in_the_company(
    access: RunningService, company: CompanyRow, manager: Actor, make_worker: Make
) -> None:
    ada, bob, cyd = [await make_worker(name) for name in ("Ada", "Bob", "Cyd")]
    made = await ask(
        access, manager, CREATE_TEAM, company={"id": str(company.id)}, name="Duty", members=[str(ada.id), str(bob.id)]
    )
    team = made["team"]["id"]
    edited = await ask(
        access, manager, EDIT_TEAM, id=team, expectedVersion=1, addMembers=[str(cyd.id)], removeMembers=[str(ada.id)]
    )
    again = await ask(access, manager, EDIT_TEAM, id=team, addMembers=[str(cyd.id)], removeMembers=[str(uuid4())])

    assert (names(made), names(edited)) == (["Ada", "Bob"], ["Bob", "Cyd"])
    assert (edited["team"]["version"], again["team"]["version"]) == (2, 2)
    last = (await access.events())[-1]
    assert (last.type, last.data["version"], last.company_id) == ("team.changed.v1", 2, company.id)
    told = await access.data(HISTORY, user({"audit.read": [company.id]}), ids=[team])
    assert told["accessChanges"]["nodes"][0]["changes"] == [
        {"field": "members", "before": f'["{ada.id}"]', "after": f'["{cyd.id}"]'}
    ]


async def test_who_works_elsewhere_is_no_member_and_answered_like_nobody(
    access: RunningService, company: CompanyRow, manager: Actor, make_company: Make, make_user: Make, make_group: Make,
    make_team: Make,
) -> None:  # fmt: skip
    stranger, team = await make_user("Stranger"), await make_team(company)
    await make_group(["incident.view"], [await make_company()], [stranger])
    events = len(await access.events())

    answers = []
    for id in (stranger.id, uuid4()):
        created = await ask(
            access, manager, CREATE_TEAM, company={"id": str(company.id)}, name="Duty", members=[str(id)]
        )
        edited = await ask(access, manager, EDIT_TEAM, id=str(team.id), addMembers=[str(id)])
        answers.append((created, edited))

    assert answers[0] == answers[1]
    assert [payload["errors"][0]["code"] for payload in answers[0]] == ["NOT_FOUND", "NOT_FOUND"]
    assert len(await access.events()) == events


async def test_who_loses_all_rights_in_the_company_is_no_longer_among_the_members(
    access: RunningService, company: CompanyRow, administrator: Actor, make_worker: Make, make_team: Make
) -> None:
    ada, bob = await make_worker("Ada"), await make_worker("Bob")
    team = await make_team(company, "Duty", [ada, bob])
    groups = await access.data("{ groups { nodes { id members { nodes { name } } } } }", administrator)
    for group in groups["groups"]["nodes"]:
        if group["members"]["nodes"] == [{"name": "Ada"}]:
            wanted = {"id": group["id"], "removeMembers": [str(ada.id)]}
            await access.data("mutation ($i: EditGroupInput!) { editGroup(input: $i) { errors { code } } }",
                              administrator, i=wanted)  # fmt: skip

    query = "query ($id: ID!) { team(id: $id) { members { totalCount nodes { name } } } }"
    seen = await access.data(query, administrator, id=str(team.id))

    assert seen["team"]["members"] == {"totalCount": 1, "nodes": [{"name": "Bob"}]}


async def test_mail_addresses_of_members_are_told_to_managers_of_the_company(
    access: RunningService, company: CompanyRow, manager: Actor, make_worker: Make, make_team: Make
) -> None:
    ada = await make_worker("Ada")
    team = await make_team(company, "Duty", [ada])
    query = "query ($id: ID!) { team(id: $id) { members { nodes { name email } } } }"
    for actor, mail in ((manager, ada.email), (user({"incident.view": [company.id]}), None)):
        seen = await access.data(query, actor, id=str(team.id))
        assert seen["team"]["members"]["nodes"] == [{"name": "Ada", "email": mail}]


async def test_a_team_is_not_endlessly_large(access: RunningService, company: CompanyRow, manager: Actor) -> None:
    many = [str(uuid4()) for _ in range(MOST_MEMBERS + 1)]
    refused = await ask(access, manager, CREATE_TEAM, company={"id": str(company.id)}, name="All", members=many)
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("INVALID", ["members"])]


async def test_a_stale_version_of_a_team_is_a_conflict_that_shows_it(
    access: RunningService, company: CompanyRow, manager: Actor, make_team: Make
) -> None:
    team = await make_team(company, "Before")
    await ask(access, manager, EDIT_TEAM, id=str(team.id), name="Now")
    refused = await ask(access, manager, EDIT_TEAM, id=str(team.id), expectedVersion=1, active=False)
    assert [error["code"] for error in refused["errors"]] == ["CONFLICT"]
    assert (refused["team"]["name"], refused["team"]["active"], refused["team"]["version"]) == ("Now", True, 2)
