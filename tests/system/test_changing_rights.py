"""Who is put into a group sees its companies within five seconds, by every way; who is taken out loses them as soon.

Asked by an API key and by a session; of a stack each question goes to every gateway. No service of the registry tells
events by subscription yet: a subgraph of the tests does, behind a gateway beside the others.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from chassis.broker.amqp import AmqpBroker
from chassis.settings import load
from chassis.transport import InProcessTransport
from deploy.local.all_in_one import AllInOne
from deploy.local.environment import Surroundings
from deploy.local.stack.system import Stack
from gateway.app import Gateway, new_gateway
from gateway.settings import GatewaySettings
from tests.support.gateway_world import HERE, open_world
from tests.support.matrix_world import Told, build_company
from tests.support.sockets import Stream
from tests.support.teller import Teller

OVER_STACK = True
SECONDS: Final = 5.0
AT_ONCE: Final = 4  # a stack's gateways take turns
JSON: Final = {"content-type": "application/json"}
USER: Final = "mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { message } } }"
KEY: Final = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret errors { message } } }"
EDIT: Final = "mutation ($input: EditGroupInput!) { editGroup(input: $input) { errors { message } } }"
LOOK: Final = """
query (
  $incident: ID!, $reference: String!, $company: ID!, $mail: ID!, $file: ID!, $department: ID!, $site: ID!, $team: ID!
  $entry: ID!, $page: ID!
) {
  single: incident(id: $incident) { id attachments { id } messages { id } history { totalCount } company { id name } }
  byReference: incident(reference: $reference) { id }
  list: incidents(first: 100) { totalCount nodes { id } }
  filtered: incidents(filter: {companyIds: [$company]}) { totalCount nodes { id } }
  mailMessage(id: $mail) { id }
  file(id: $file) { id }
  company(id: $company) { id incidents { totalCount nodes { id } } departments { nodes { id } } }
  companies { nodes { id } }
  companyUsers(companyId: $company, permission: "incident.edit") { nodes { user { id } } }
  department(id: $department) { id company { incidents { totalCount nodes { id } } } }
  site(id: $site) { id }
  team(id: $team) { id members { nodes { id } } }
  directoryEntry(id: $entry) { id }
  directoryEntries(kind: CLASSIFICATION) { id }
  guidePage(id: $page) { id }
  events(companyIds: [$company], types: ["incident.registered.v1"], first: 100) { nodes { subject company { id } } }
  me { permissions { permission companies { nodes { id } } } }
}
"""
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {  # what is to be found where
    "single": ("Incident", "File", "MailMessage", "Company"),
    "byReference": ("Incident",),
    "list": ("Incident",),
    "filtered": ("Incident",),
    "mailMessage": ("MailMessage",),
    "file": ("File",),
    "company": ("Company", "Incident", "Department"),
    "companies": ("Company",),
    "companyUsers": ("User",),
    "department": ("Department", "Incident"),
    "site": ("Site",),
    "team": ("Team", "User"),
    "directoryEntry": ("DirectoryEntry",),
    "directoryEntries": ("DirectoryEntry",),
    "guidePage": ("GuidePage",),
    "events": ("Incident", "Company"),
    "me": ("Company",),
}
LISTENING: Final = "subscription ($company: ID!) { incidentTold(companies: [$company]) { id title } }"
HISTORY: Final = 22  # all that is built of an incident, and each part that is changed again
FIRST, OWN = "the first password of all", "a longer word of their own"


class Newcomer:
    """A user of no group, by a key and by a session."""

    def __init__(self, system: AllInOne | Stack, id: str, credentials: list[Mapping[str, str]]) -> None:
        self.id = id
        self.credentials = credentials
        self._system = system

    async def answers(self, **named: str) -> list[dict[str, Any]]:
        """By each credential, several times."""
        body = orjson.dumps({"query": LOOK, "variables": named})
        asked = [self._ask(body, headers) for headers in self.credentials for _ in range(AT_ONCE)]
        return list(await asyncio.gather(*asked))

    async def _ask(self, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        answer = await self._system.transport.post("http://gateway/graphql", body, {**JSON, **headers}, timeout=30)
        found: dict[str, Any] = orjson.loads(answer.body)
        return found


async def sign_in(system: AllInOne | Stack, mail: str) -> Mapping[str, str]:
    """The headers of a session, which begins by choosing a password in place of the one for once."""
    given = {"email": mail, "password": FIRST}
    refused = await system.transport.post("http://gateway/auth/sign-in", orjson.dumps(given), JSON, timeout=30)
    assert (refused.status, "set-cookie" in refused.headers) == (403, False)
    body = orjson.dumps({**given, "newPassword": OWN})
    answer = await system.transport.post("http://gateway/auth/change-password", body, JSON, timeout=30)
    assert answer.status == 200, answer.body
    return {"cookie": answer.headers["set-cookie"].partition(";")[0]}


@pytest.fixture
async def newcomer(system: AllInOne | Stack, admin: Any) -> Newcomer:
    mail = f"newcomer{time.time_ns()}@example.org"
    new = {"name": "Nadia Newcomer", "email": mail, "password": FIRST}
    made = (await admin.ask(USER, input=new))["createUser"]
    assert made["errors"] == []
    key = (await admin.ask(KEY, input={"name": "Key", "userId": made["user"]["id"]}))["createApiKey"]["secret"]
    return Newcomer(system, made["user"]["id"], [{"authorization": f"Bearer {key}"}, await sign_in(system, mail)])


@pytest.fixture
async def company(system: AllInOne | Stack, admin: Any) -> Told:
    """One of whose group the newcomer is not a member, with an incident and all that hangs on it."""
    number = time.time_ns() % 10**10
    return await build_company(admin.ask, system, f"n{number}", f"N{number}")


@pytest.fixture
async def listening(system: AllInOne | Stack, surroundings: Surroundings) -> AsyncIterator[tuple[Gateway, Teller]]:
    """A gateway of a graph with a subscription, which asks the running access who may what, and hears its events."""
    world = open_world(surroundings.keys)
    others = {name: each for name, each in world.transport.applications.items() if name != "access"}
    settings = surroundings.of_gateway() | {"GATEWAY_SUPERGRAPH": str(Path(HERE) / "supergraph.graphql")}
    transport = InProcessTransport(others, beyond=system.transport)
    gateway = new_gateway(load(GatewaySettings, "GATEWAY", settings), transport)
    if isinstance(system, AllInOne):
        await gateway.subscribe(system.broker)
        yield gateway, world.teller
        return
    broker = AmqpBroker(surroundings.broker or "", "gateway")
    await gateway.subscribe(broker)
    yield gateway, world.teller
    await broker.close()


def variables(company: Told) -> dict[str, str]:
    ids = company.target.ids
    kinds = {"mail": "MailMessage", "entry": "DirectoryEntry", "page": "GuidePage"}
    plain = {name: name.title() for name in ("incident", "company", "file", "department", "site", "team")}
    named = {name: ids[kind] for name, kind in (kinds | plain).items()}
    return {**named, "reference": company.target.texts["reference"]}


def sees_all(answer: dict[str, Any], company: Told) -> bool:
    data, ids = answer.get("data") or {}, company.target.ids
    shown = all(ids[kind] in orjson.dumps(data[name]).decode() for name, kinds in SHOWN.items() for kind in kinds)
    if "errors" in answer or not shown:
        return False
    counts = [data["list"], data["filtered"], data["company"]["incidents"], data["department"]["company"]["incidents"]]
    return [each["totalCount"] for each in counts] == [1] * 4 and data["single"]["history"]["totalCount"] == HISTORY


def sees_nothing(answer: dict[str, Any], company: Told) -> bool:
    """Who holds nothing anywhere is refused the fields of incidents; nothing else tells of the company."""
    told = orjson.dumps(answer.get("data")).decode().lower()
    data = answer.get("data") or {"me": None}
    return (
        data["me"] == {"permissions": []}
        and data["single"] is data["list"] is data["file"] is None
        and not any(word in told for word in company.ids | company.texts)
    )


async def until(judge: Callable[..., bool], newcomer: Newcomer, company: Told) -> float:
    """The seconds until every answer is so, twice in a row."""
    began, agreed = time.monotonic(), 0
    while agreed < 2 and time.monotonic() - began < 4 * SECONDS:
        answers = await newcomer.answers(**variables(company))
        agreed = agreed + 1 if all(judge(answer, company) for answer in answers) else 0
        taken = time.monotonic() - began
    assert agreed == 2, answers
    return taken


async def test_rights_come_and_go_within_five_seconds(admin: Any, newcomer: Newcomer, company: Told) -> None:
    change = {"id": company.target.ids["Group"]}
    await until(sees_nothing, newcomer, company)

    for _ in range(2):
        assert (await admin.ask(EDIT, input=change | {"addMembers": [newcomer.id]}))["editGroup"]["errors"] == []
        assert await until(sees_all, newcomer, company) < SECONDS
        assert (await admin.ask(EDIT, input=change | {"removeMembers": [newcomer.id]}))["editGroup"]["errors"] == []
        assert await until(sees_nothing, newcomer, company) < SECONDS


async def test_who_is_put_into_a_group_can_listen_and_who_is_taken_out_hears_no_more(
    admin: Any, newcomer: Newcomer, company: Told, listening: tuple[Gateway, Teller]
) -> None:
    gateway, teller = listening
    change, named = {"id": company.target.ids["Group"]}, {"company": company.target.ids["Company"]}
    told: list[tuple[Stream, asyncio.Future[Any]]] = []  # who listens, and the event that they wait for

    async def is_let_in(headers: Mapping[str, str]) -> bool:
        stream = Stream(gateway.front, {"query": LISTENING, "variables": named}, headers)
        event = asyncio.ensure_future(first_event(stream))
        listener = asyncio.ensure_future(teller.listener(len(teller.listeners)))
        await asyncio.wait({event, listener}, return_when=asyncio.FIRST_COMPLETED)
        if listener.done():
            told.append((stream, event))
            return True
        listener.cancel()
        assert event.result()[1]["data"] == {"incidentTold": None}
        return False

    assert [await is_let_in(headers) for headers in newcomer.credentials] == [False, False]
    assert (await admin.ask(EDIT, input=change | {"addMembers": [newcomer.id]}))["editGroup"]["errors"] == []
    async with asyncio.timeout(SECONDS):
        for headers in newcomer.credentials:
            while not await is_let_in(headers):
                await asyncio.sleep(0.05)
    for number, (_, event) in enumerate(told):
        (await teller.listener(number)).tell(incidentTold={"ref": "Incident/0"})
        assert await event == ("next", {"data": {"incidentTold": {"id": "i0", "title": "Phishing"}}})

    assert (await admin.ask(EDIT, input=change | {"removeMembers": [newcomer.id]}))["editGroup"]["errors"] == []
    async with asyncio.timeout(SECONDS):
        last = [await stream.event() for stream, _ in told]
    assert [(name, end["errors"][0]["extensions"]["code"]) for name, end in last] == [("next", "RIGHTS_CHANGED")] * 2
    assert [await is_let_in(headers) for headers in newcomer.credentials] == [False, False]


async def first_event(stream: Stream) -> Any:
    await stream.begin()
    return await stream.event()
