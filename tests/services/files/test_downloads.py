"""Getting files: decided anew each time, written down and told before there is a link, which does not last."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import orjson
import pytest
from sqlalchemy import select, text
from yarl import URL

from chassis.access import Actor
from chassis.auth import CONTEXT_HEADER, SUBGRAPHS
from chassis.broker.in_process import InProcessBroker
from chassis.context import to_claims
from chassis.http_connection import Response
from services.files.app import FilesRuntime
from services.files.domain.files import FileState, preview_key
from services.files.domain.verdicts import Verdict
from services.files.persistence.rows import CustodyRow, FileRow
from services.files.usecases.delete_file import DeleteFile, delete_file
from tests.support.incidents import Incidents
from tests.support.services import SYSTEM, RunningService, user
from tests.support.uploads import decide, upload

MakeFile = Callable[..., Awaitable[FileRow]]
Post = Callable[..., Awaitable[Response]]
MINE, FOREIGN = uuid4(), uuid4()
READER = user({"incident.view": [MINE]})
EDITOR = user({"incident.view": [MINE], "incident.edit": [MINE]})
ABSENT = (404, {"code": "NOT_FOUND", "message": "The file was not found, or not within your rights."})


@pytest.fixture
def post(service: RunningService) -> Post:
    async def ask(path: str, actor: Actor, file: UUID, **more: Any) -> Response:
        headers = {CONTEXT_HEADER: service._gateway.sign(SUBGRAPHS, to_claims(actor)), "x-request-id": "r-1"}
        body = orjson.dumps({"file_id": str(file), **more})
        return await service.transport.post(f"http://files/{path}", body, headers, timeout=30)

    return ask


@pytest.fixture
async def file(incidents: Incidents, broker: InProcessBroker, make_file: MakeFile) -> FileRow:
    incident = incidents.register(MINE)
    await broker.publish([incident])
    return await make_file(incident.subject, name="отчёт.txt")


async def custody(service: RunningService) -> list[CustodyRow]:
    async with service.database.read(SYSTEM) as session:
        entries = await session.scalars(select(CustodyRow).where(CustodyRow.operation == "DOWNLOADED"))
        return list(entries)


async def told(service: RunningService) -> list[Any]:
    return [event for event in await service.events() if event.type == "file.downloaded.v1"]


def said(answer: Response) -> tuple[int, Any]:
    return answer.status, orjson.loads(answer.body)


async def test_a_reader_gets_a_link_to_the_bytes_after_it_was_written_down_in_their_name(
    service: RunningService, post: Post, file: FileRow
) -> None:
    status, found = said(await post("downloads", READER, file.id))
    async with aiohttp.ClientSession() as session, session.get(found["url"]) as got:
        content, headers = await got.read(), got.headers

    assert (status, content) == (200, b"what happened")
    assert "%D0%BE%D1%82%D1%87%D1%91%D1%82.txt" in headers["content-disposition"]
    assert headers["content-disposition"].startswith("attachment; ")
    assert headers["content-type"] == "application/octet-stream"
    (entry,) = await custody(service)
    assert (entry.file_id, entry.actor_kind, entry.actor_id, entry.request_id) == (file.id, "user", READER.id, "r-1")
    (event,) = await told(service)
    assert (event.subject, event.sequence, event.data["actor_id"]) == (file.id, entry.number, str(READER.id))
    assert event.data["permission"] == "incident.view"


async def test_what_cannot_be_written_down_is_not_given(
    service: RunningService, runtime: FilesRuntime, post: Post, file: FileRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("services.files.usecases.download_file.tell", fail)

    answer = await post("downloads", READER, file.id)

    assert (answer.status, answer.body) == (500, b"")
    assert (await custody(service), await told(service)) == ([], [])


async def test_the_link_is_useless_six_seconds_later_and_for_anything_else(post: Post, file: FileRow) -> None:
    _, found = said(await post("downloads", READER, file.id))
    url: str = found["url"]
    others = (
        url.replace(str(file.id), str(uuid4())),
        url.replace("attachment", "inline"),
        url.replace("octet-stream", "html"),
        url.replace("X-Amz-Expires=5", "X-Amz-Expires=500"),
    )
    assert len({url, *others}) == 5
    async with aiohttp.ClientSession() as session:

        async def status(address: str, method: str = "GET") -> int:
            async with session.request(method, URL(address, encoded=True)) as got:
                return got.status

        assert [await status(each) for each in others] == [403] * 4
        assert [await status(url, method) for method in ("PUT", "DELETE", "HEAD")] == [403] * 3
        assert await status(url) == 200
        await asyncio.sleep(6)
        assert await status(url) == 403


@pytest.mark.parametrize("way", ["downloads", "previews", "descriptions"])
async def test_absent_and_hidden_files_are_told_apart_by_nothing(
    service: RunningService, runtime: FilesRuntime, post: Post, incidents: Incidents, broker: InProcessBroker,
    make_file: MakeFile, way: str,
) -> None:  # fmt: skip
    foreign, restricted, mine = (
        incidents.register(FOREIGN),
        incidents.register(MINE, members=[]),
        incidents.register(MINE),
    )
    await broker.publish([foreign, restricted, mine])
    deleted, gone = await make_file(mine.subject), incidents.register(MINE)
    async with runtime.database.work(user({"incident.view": [MINE], "incident.delete": [MINE]})) as work:
        await delete_file(DeleteFile(file_id=deleted.id, reason="wrong one"), 90, work)
    await broker.publish([gone])
    with_incident = await make_file(gone.subject)
    await broker.publish([incidents.delete(gone.subject)])
    hidden = [await make_file(foreign.subject), await make_file(restricted.subject), deleted, with_incident]
    incidents.published.asked.clear()

    answers, steps = [], []
    for each in (uuid4(), *(file.id for file in hidden)):
        with service.statements() as statements:
            answers.append(await post(way, READER, each))
        steps.append(statements)

    assert [said(answer) for answer in answers] == [ABSENT] * 5
    assert len({(answer.body, tuple(sorted(answer.headers.items()))) for answer in answers}) == 1
    assert all(taken == steps[0] for taken in steps)
    assert incidents.published.asked == []
    assert (await custody(service), await told(service)) == ([], [])


@pytest.mark.parametrize("way", ["downloads", "previews", "descriptions"])
async def test_what_the_owner_of_incidents_knows_counts_also_while_no_event_arrives(
    service: RunningService, post: Post, incidents: Incidents, file: FileRow, way: str
) -> None:
    incidents.delete(file.owner_id)

    assert said(await post(way, READER, file.id)) == ABSENT

    service.transport.applications.pop("incidents")
    assert (await post(way, EDITOR, file.id)).status == 404  # what was learnt stays
    assert (await custody(service), await told(service)) == ([], [])


async def test_without_the_owner_of_incidents_nothing_is_given(
    service: RunningService, post: Post, file: FileRow
) -> None:
    service.transport.applications.pop("incidents")

    assert (await post("downloads", READER, file.id)).status == 503
    assert (await custody(service), await told(service)) == ([], [])


@pytest.mark.parametrize("state", ["CHECKING", "QUARANTINED", "REFUSED"])
@pytest.mark.parametrize("way", ["downloads", "previews", "descriptions"])
async def test_what_is_not_available_is_told_to_who_sees_it(
    service: RunningService, runtime: FilesRuntime, post: Post, incidents: Incidents, broker: InProcessBroker,
    state: str, way: str,
) -> None:  # fmt: skip
    incident = incidents.register(MINE)
    await broker.publish([incident])
    file = await upload(runtime, EDITOR, incident.subject)
    if state != "CHECKING":
        await decide(runtime, file, Verdict(state=FileState(state)))

    status, body = said(await post(way, READER, file.id))

    assert (status, body["code"], body["state"]) == (409, "CONFLICT", state)
    assert (await custody(service), await told(service)) == ([], [])


async def test_looking_at_a_file_is_no_download(
    service: RunningService, runtime: FilesRuntime, post: Post, file: FileRow
) -> None:
    assert said(await post("previews", READER, file.id))[0] == 404
    await runtime.objects.put(preview_key(file.id), b"RIFF....WEBP", "image/webp")
    async with runtime.database.work(SYSTEM) as work:
        await work.session.execute(text("UPDATE file SET has_preview = true"))

    _, found = said(await post("previews", READER, file.id))
    _, description = said(await post("descriptions", READER, file.id))
    async with aiohttp.ClientSession() as session, session.get(found["url"]) as got:
        headers, content = got.headers, await got.read()

    assert (content, headers["content-type"]) == (b"RIFF....WEBP", "image/webp")
    assert headers["content-disposition"].startswith("inline; ")
    assert (description["size"], description["sha256"]) == (13, file.sha256)
    assert "отчёт.txt" not in description["disposition"]  # as a header it has no letters but those of ASCII
    assert (await custody(service), await told(service)) == ([], [])


async def test_who_goes_on_with_a_download_is_noted_once(service: RunningService, post: Post, file: FileRow) -> None:
    await post("downloads", READER, file.id, goes_on=True)
    await post("downloads", READER, file.id, goes_on=True)
    assert len(await custody(service)) == 1

    await post("downloads", EDITOR, file.id, goes_on=True)  # who has not begun
    await post("downloads", READER, file.id)  # who begins again

    assert [entry.actor_id for entry in await custody(service)] == [READER.id, EDITOR.id, READER.id]


async def test_nobody_but_the_gateway_is_answered(service: RunningService, file: FileRow) -> None:
    body = orjson.dumps({"file_id": str(file.id)})
    forged = service._gateway.sign("somebody-else", to_claims(READER))
    for headers in ({}, {CONTEXT_HEADER: forged}, {"x-registry-service": forged}):
        answer = await service.transport.post("http://files/downloads", body, headers, timeout=30)
        assert answer.status == 401
    assert (await custody(service), await told(service)) == ([], [])


async def test_a_question_of_the_wrong_shape_is_refused(service: RunningService, post: Post) -> None:
    headers = {CONTEXT_HEADER: service._gateway.sign(SUBGRAPHS, to_claims(READER))}

    answer = await service.transport.post("http://files/downloads", b'{"file_id": 7}', headers, timeout=30)

    assert answer.status == 422
