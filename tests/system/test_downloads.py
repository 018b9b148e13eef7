"""Getting files of the whole system: by key and by session, and no later than ten seconds after it was forbidden."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import aiohttp
import orjson
import pytest
from yarl import URL

from deploy.local.all_in_one import AllInOne
from services.files.app import FilesRuntime
from services.files.persistence.projections import Projections
from tests.support.gateway_world import Reply, send
from tests.support.matrix_world import Told, build_company
from tests.support.services import user
from tests.support.uploads import upload_to_a_running_system

SECONDS: Final = 10.0
JSON: Final = {"content-type": "application/json"}
USER: Final = "mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { message } } }"
KEY: Final = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret errors { message } } }"
GROUP: Final = "mutation ($input: EditGroupInput!) { editGroup(input: $input) { errors { message } } }"
DELETE: Final = "mutation ($input: DeleteFileInput!) { deleteFile(input: $input) { errors { message } } }"
DELETE_INCIDENT: Final = (
    "mutation ($input: DeleteIncidentInput!) { deleteIncident(input: $input) { errors { message } } }"
)
RESTRICT: Final = """
mutation ($input: ChangeIncidentVisibilityInput!) { changeIncidentVisibility(input: $input) { errors { message } } }
"""
REGISTER: Final = """
mutation ($input: RegisterIncidentInput!) { registerIncident(input: $input) { incident { id } errors { message } } }
"""
HISTORY: Final = """
query ($id: ID!) { incident(id: $id) { version updatedAt history(first: 5) { nodes {
    operation partType partId file { id present { name } } actor { id } permission
    sentence { placeholders { name text reference { file { present { name } } user { id } } } } } } } }
"""
FIRST, OWN = "the first password of all", "a longer word of their own"


class Reader:
    """Someone of the company's group, by a key and by a session."""

    def __init__(self, system: AllInOne, id: str, credentials: Mapping[str, Mapping[str, str]]) -> None:
        self.id = id
        self.credentials = credentials
        self._system = system

    async def get(self, path: str, by: str = "key", method: str = "GET", **headers: str) -> Reply:
        return await send(self._system.application, method, path, headers={**self.credentials[by], **headers})

    async def post(self, path: str, by: str, body: bytes = b"") -> Reply:
        return await send(self._system.application, "POST", path, body, {**JSON, **self.credentials[by]})

    async def statuses(self, path: str) -> list[int]:
        return [(await self.get(path, by)).status for by in self.credentials]


@pytest.fixture(scope="module")
async def company(system: AllInOne, caller: Any) -> Told:
    number = time.time_ns() % 10**10
    return await build_company(caller("admin").ask, system, f"d{number}", f"D{number}")


@pytest.fixture
async def incident(admin: Any, company: Told) -> str:
    given = {"title": "Lost notebook", "company": {"id": company.target.ids["Company"]}}
    made = (await admin.ask(REGISTER, input=given))["registerIncident"]
    assert made["errors"] == []
    return str(made["incident"]["id"])


@pytest.fixture
async def file(system: AllInOne, company: Told, incident: str) -> str:
    runtime = system.runtimes["files"]
    assert isinstance(runtime, FilesRuntime)
    rights = {right: [UUID(company.target.ids["Company"])] for right in ("incident.view", "incident.edit")}
    await Projections.of(runtime.database, runtime.peer).incidents.refresh([UUID(incident)])
    made = await upload_to_a_running_system(runtime, user(rights), UUID(incident), name="доклад.txt")
    return str(made.id)


@pytest.fixture(scope="module")
async def newcomer(system: AllInOne, caller: Any) -> Reader:
    admin, mail = caller("admin"), f"reader{time.time_ns()}@example.org"
    made = (await admin.ask(USER, input={"name": "Rita Reader", "email": mail, "password": FIRST}))["createUser"]
    key = (await admin.ask(KEY, input={"name": "Key", "userId": made["user"]["id"]}))["createApiKey"]["secret"]
    given = orjson.dumps({"email": mail, "password": FIRST, "newPassword": OWN})
    signed_in = await send(system.application, "POST", "/auth/change-password", given, JSON)
    cookie = signed_in.cookies[0].partition(";")[0]
    return Reader(
        system, made["user"]["id"], {"key": {"authorization": f"Bearer {key}"}, "session": {"cookie": cookie}}
    )


@pytest.fixture
async def reader(newcomer: Reader, admin: Any, company: Told, file: str) -> Reader:
    """Who may see the file."""
    edit = {"id": company.target.ids["Group"], "addMembers": [newcomer.id]}
    assert (await admin.ask(GROUP, input=edit))["editGroup"]["errors"] == []
    await until(lambda: sees(newcomer, file))
    return newcomer


async def sees(reader: Reader, file: str) -> bool:
    return [(await reader.get(f"/files/{file}", by, "HEAD")).status for by in reader.credentials] == [200, 200]


async def until(judge: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        while not await judge():
            await asyncio.sleep(0.05)


async def fetched(address: str) -> tuple[int, bytes, Mapping[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(URL(address, encoded=True)) as got:
        return got.status, await got.read(), got.headers


async def test_a_download_leads_to_the_bytes_and_stands_in_the_history_of_the_incident(
    reader: Reader, admin: Any, incident: str, file: str
) -> None:
    await until(lambda: told_of(admin, incident, file, "ADDED"))
    before = (await admin.ask(HISTORY, id=incident))["incident"]

    answer = await reader.get(f"/files/{file}", "session")
    status, content, headers = await fetched(answer.headers["location"])

    assert (answer.status, status, content) == (303, 200, b"what happened")
    assert headers["content-type"] == "application/octet-stream"
    assert "%D0%B4%D0%BE%D0%BA%D0%BB%D0%B0%D0%B4.txt" in headers["content-disposition"]
    await until(lambda: told_of(admin, incident, file, "DOWNLOADED"))
    after = (await admin.ask(HISTORY, id=incident))["incident"]
    assert (after["version"], after["updatedAt"]) == (before["version"], before["updatedAt"])
    entry = after["history"]["nodes"][0]
    assert entry["actor"] == {"id": reader.id}
    assert (entry["permission"], entry["file"]) == ("incident.view", {"id": file, "present": {"name": "доклад.txt"}})
    (part,) = [each for each in entry["sentence"]["placeholders"] if each["name"] == "part"]
    assert part["reference"]["file"] == {"present": {"name": "доклад.txt"}}


async def told_of(admin: Any, incident: str, file: str, operation: str) -> bool:
    nodes = (await admin.ask(HISTORY, id=incident))["incident"]["history"]["nodes"]
    return (nodes[0]["operation"], nodes[0]["partType"], nodes[0]["partId"]) == (operation, "FILE", file)


async def test_a_link_is_useless_six_seconds_later(reader: Reader, file: str) -> None:
    link = (await reader.get(f"/files/{file}")).headers["location"]
    altered = link.replace(urlsplit(link).path, urlsplit(link).path[:-1] + "0")

    first, other = await fetched(link), await fetched(altered)
    await asyncio.sleep(6)

    assert (first[0], other[0], (await fetched(link))[0]) == (200, 403, 403)


async def test_who_is_of_another_company_is_told_what_one_is_told_of_nothing(
    system: AllInOne, incident: str, file: str, reader: Reader, nobody: Any
) -> None:
    stranger = Reader(system, "", {"key": {"authorization": nobody._headers["authorization"]}})
    absent = str(UUID(int=UUID(file).int + 1))
    for path in ("/files/{}", "/files/{}/preview", "/files/incidents/{}/bundle"):
        named = incident if "bundle" in path else file
        answers = [await stranger.get(path.format(each), **{"x-request-id": "same"}) for each in (named, absent, "x")]
        assert {(answer.status, answer.body, tuple(sorted(answer.headers.items()))) for answer in answers} == {
            (404, answers[0].body, tuple(sorted(answers[0].headers.items())))
        }
    assert await reader.statuses(f"/files/{file}") == [303, 303]


async def test_a_bundle_is_made_of_what_the_caller_may_have(reader: Reader, incident: str, file: str) -> None:
    answer = await reader.get(f"/files/incidents/{incident}/bundle")

    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
    assert "files/доклад.txt".encode() in answer.body
    assert answer.headers["content-disposition"].startswith('attachment; filename="')


async def leave_group(reader: Reader, admin: Any, company: Told, **_: str) -> None:
    edit = {"id": company.target.ids["Group"], "removeMembers": [reader.id]}
    assert (await admin.ask(GROUP, input=edit))["editGroup"]["errors"] == []


async def delete_file(_: Reader, admin: Any, __: Told, *, file: str, **___: str) -> None:
    assert (await admin.ask(DELETE, input={"id": file, "reason": "the wrong one"}))["deleteFile"]["errors"] == []


async def delete_incident(_: Reader, admin: Any, __: Told, *, incident: str, **___: str) -> None:
    given = {"id": incident, "reason": "the wrong one"}
    assert (await admin.ask(DELETE_INCIDENT, input=given))["deleteIncident"]["errors"] == []


async def restrict(_: Reader, admin: Any, __: Told, *, incident: str, **___: str) -> None:
    given = {"id": incident, "visibility": "RESTRICTED", "memberIds": []}
    assert (await admin.ask(RESTRICT, input=given))["changeIncidentVisibility"]["errors"] == []


@pytest.mark.parametrize("forbid", [leave_group, delete_file, delete_incident, restrict])
async def test_no_new_download_begins_ten_seconds_after_it_was_forbidden(
    reader: Reader, admin: Any, company: Told, incident: str, file: str, forbid: Callable[..., Awaitable[None]]
) -> None:
    path = f"/files/{file}"
    assert await reader.statuses(path) == [303, 303]

    await forbid(reader, admin, company, file=file, incident=incident)
    began = time.monotonic()
    while await reader.statuses(path) != [404, 404]:
        assert time.monotonic() - began < SECONDS
        await asyncio.sleep(0.05)

    assert [await reader.statuses(path) for _ in range(3)] == [[404, 404]] * 3
    assert await reader.statuses(f"{path}/preview") == [404, 404]


async def test_who_has_signed_out_downloads_no_more(reader: Reader, file: str) -> None:
    assert (await reader.post("/auth/sign-out", "session")).status == 204

    assert (await reader.get(f"/files/{file}", "session")).status == 401
    assert (await reader.get(f"/files/{file}", "key")).status == 303
