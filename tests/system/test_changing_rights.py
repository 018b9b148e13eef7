"""Who is put into a group sees its companies within five seconds, by every way; who is taken out loses them as soon.

Asked by an API key and by a session; of a stack each question goes to every gateway.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
import pytest

from deploy.local.all_in_one import AllInOne
from deploy.local.stack.system import Stack

OVER_STACK = True
SECONDS: Final = 5.0
AT_ONCE: Final = 4  # a stack's gateways take turns
JSON: Final = {"content-type": "application/json"}
COMPANY: Final = "mutation ($input: CreateCompanyInput!) { createCompany(input: $input) { company { id } } }"
USER: Final = "mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { message } } }"
KEY: Final = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret errors { message } } }"
GROUP: Final = "mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } errors { message } } }"
EDIT: Final = "mutation ($input: EditGroupInput!) { editGroup(input: $input) { errors { message } } }"
REGISTER: Final = """
mutation ($input: RegisterIncidentInput!) { registerIncident(input: $input) { incident { id reference } } }
"""
MAILS: Final = "query ($id: ID!) { incident(id: $id) { messages { id } } }"
LOOK: Final = """
query ($id: ID!, $reference: String!, $company: ID!, $mail: ID!) {
  single: incident(id: $id) { id attachments { id } messages { id } history { totalCount } company { name } }
  byReference: incident(reference: $reference) { id }
  list: incidents(first: 100) { totalCount nodes { id } }
  filtered: incidents(filter: {companyIds: [$company]}) { totalCount }
  company(id: $company) { name incidents { totalCount nodes { id } } departments { totalCount } }
  mailMessage(id: $mail) { id }
  companyUsers(companyId: $company, permission: "incident.edit") { totalCount }
  me { permissions { permission companies { totalCount nodes { id } } } }
}
"""
FIRST, OWN = "the first password of all", "a longer word of their own"


class Newcomer:
    """A user of no group, by a key and by a session."""

    def __init__(self, system: AllInOne | Stack, id: str, credentials: list[Mapping[str, str]]) -> None:
        self.id = id
        self._system = system
        self._credentials = credentials

    async def answers(self, **named: str) -> list[dict[str, Any]]:
        """By each credential, several times."""
        body = orjson.dumps({"query": LOOK, "variables": named})
        asked = [self._ask(body, headers) for headers in self._credentials for _ in range(AT_ONCE)]
        return list(await asyncio.gather(*asked))

    async def _ask(self, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        answer = await self._system.transport.post("http://gateway/graphql", body, {**JSON, **headers}, timeout=30)
        found: dict[str, Any] = orjson.loads(answer.body)
        return found


async def sign_in(system: AllInOne | Stack, mail: str) -> Mapping[str, str]:
    """The headers of a session, which begins by choosing a password in place of the one for once."""
    body = orjson.dumps({"email": mail, "password": FIRST, "newPassword": OWN})
    answer = await system.transport.post("http://gateway/auth/change-password", body, JSON, timeout=30)
    assert answer.status == 200, answer.body
    cookie = {name.lower(): value for name, value in dict(answer.headers).items()}["set-cookie"]
    return {"cookie": cookie.partition(";")[0]}


@pytest.fixture
async def newcomer(system: AllInOne | Stack, admin: Any) -> Newcomer:
    mail = f"newcomer{time.time_ns()}@example.org"
    new = {"name": "Nadia Newcomer", "email": mail, "password": FIRST}
    made = (await admin.ask(USER, input=new))["createUser"]
    assert made["errors"] == []
    key = (await admin.ask(KEY, input={"name": "Key", "userId": made["user"]["id"]}))["createApiKey"]["secret"]
    return Newcomer(system, made["user"]["id"], [{"authorization": f"Bearer {key}"}, await sign_in(system, mail)])


@pytest.fixture
async def company(admin: Any) -> dict[str, str]:
    """A company with an incident of which somebody was told, and a group without members."""
    made = await admin.ask(COMPANY, input={"name": f"Newcomers {time.time_ns()}"})
    company = made["createCompany"]["company"]["id"]
    me = (await admin.ask("{ me { user { id } } }"))["me"]["user"]["id"]
    new = {"title": "Lost notebook", "company": {"id": company}, "responsibleId": me}
    incident = (await admin.ask(REGISTER, input=new))["registerIncident"]["incident"]
    mails = await eventually(
        lambda: admin.ask("query ($id: ID!) { incident(id: $id) { messages { id } } }", **incident)
    )
    group = {"name": f"Newcomers {time.time_ns()}", "permissions": RIGHTS, "companies": [{"id": company}]}
    made = (await admin.ask(GROUP, input=group))["createGroup"]
    assert made["errors"] == []
    return {**incident, "company": company, "mail": mails[0]["id"], "group": made["group"]["id"]}


RIGHTS: Final = ["incident.view", "incident.edit"]


async def eventually(look: Callable[[], Any]) -> list[dict[str, str]]:
    for _ in range(100):
        messages: list[dict[str, str]] = (await look())["incident"]["messages"]
        if messages:
            return messages
        await asyncio.sleep(0.05)
    raise AssertionError("nobody was told")


def sees_all(answer: dict[str, Any], named: Mapping[str, str]) -> bool:
    data, incident = answer.get("data") or {}, {"id": named["id"]}
    return "errors" not in answer and all((
        data["single"] is not None and len(data["single"]["messages"]) == 1,
        data["single"] is not None and data["single"]["attachments"] == [] and data["single"]["company"] is not None,
        data["single"] is not None and data["single"]["history"]["totalCount"] == 1,
        data["byReference"] == incident,
        data["list"] == {"totalCount": 1, "nodes": [incident]},
        data["filtered"] == {"totalCount": 1},
        data["company"] is not None and data["company"]["incidents"] == {"totalCount": 1, "nodes": [incident]},
        data["mailMessage"] == {"id": named["mail"]},
        data["companyUsers"] is not None,
        [each["permission"] for each in data["me"]["permissions"]] == sorted(RIGHTS),
    ))  # fmt: skip


def sees_nothing(answer: dict[str, Any], named: Mapping[str, str]) -> bool:
    """Who holds nothing anywhere is refused the fields of incidents, and the others are null or empty."""
    data = dict(answer.get("data") or {"me": None})
    return data.pop("me") == {"permissions": []} and not any(data.values()) and "errors" in answer


async def until(judge: Callable[..., bool], newcomer: Newcomer, named: dict[str, str]) -> float:
    """The seconds until every answer is so, twice in a row."""
    began, agreed = time.monotonic(), 0
    asked = {name: value for name, value in named.items() if name != "group"}
    while agreed < 2 and time.monotonic() - began < 4 * SECONDS:
        answers = await newcomer.answers(**asked)
        agreed = agreed + 1 if all(judge(answer, named) for answer in answers) else 0
        taken = time.monotonic() - began
    assert agreed == 2, answers
    return taken


async def test_rights_come_and_go_within_five_seconds(admin: Any, newcomer: Newcomer, company: dict[str, str]) -> None:
    change = {"id": company["group"]}
    await until(sees_nothing, newcomer, company)

    for _ in range(2):
        assert (await admin.ask(EDIT, input=change | {"addMembers": [newcomer.id]}))["editGroup"]["errors"] == []
        assert await until(sees_all, newcomer, company) < SECONDS
        assert (await admin.ask(EDIT, input=change | {"removeMembers": [newcomer.id]}))["editGroup"]["errors"] == []
        assert await until(sees_nothing, newcomer, company) < SECONDS
