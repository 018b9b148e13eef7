"""What becomes of uploads that are given up, or that nobody completes."""

from uuid import UUID, uuid4

from services.files.app import FilesRuntime
from services.files.domain.files import key
from services.files.usecases.abandon_uploads import collect_next
from tests.support.services import RunningService
from tests.support.uploading import ABANDON, CONTENT, EDITOR, WAITING, ask, complete, pass_a_day, rows, send
from tests.support.uploads import ask_to_upload


async def test_what_is_given_up_leaves_nothing(
    service: RunningService, runtime: FilesRuntime, incident: UUID, small_parts: None
) -> None:
    asked = await ask(service, incident, {}, {"size": 6 * 2**20})
    small, large = asked["uploads"]
    await send(small["request"], CONTENT)
    await send(large["parts"][1]["request"], b"a" * 2**20)

    given_up = await service.data(ABANDON, EDITOR, input={"ids": [small["id"], large["id"], str(uuid4())]})

    ids = [upload["id"] for upload in given_up["abandonUploads"]["uploads"]]
    assert sorted(ids) == sorted([small["id"], large["id"]])
    assert await runtime.objects.head(small["id"]) is None
    assert await send(large["parts"][0]["request"], b"a" * (5 * 2**20)) == 404
    assert [error["code"] for error in (await complete(service, small["id"]))["errors"]] == ["NOT_FOUND"]
    assert await service.data(WAITING, EDITOR) == {"waitingUploads": []}


async def test_what_is_sent_after_it_was_given_up_is_collected(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    asked = (await ask(service, incident))["uploads"][0]
    await service.data(ABANDON, EDITOR, input={"ids": [asked["id"]]})
    assert await send(asked["request"], CONTENT) == 200  # links cannot be called back
    await pass_a_day(service, UUID(asked["id"]))

    assert await collect_next(service.database, runtime.objects)

    assert await runtime.objects.head(asked["id"]) is None
    assert await rows(service) == {"upload": 0, "file": 0, "file_check": 0}


async def test_what_nobody_completed_is_collected_after_a_day(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    late, young = [await ask_to_upload(runtime, EDITOR, incident) for _ in range(2)]
    for asked in (late, young):
        await runtime.objects.put(key(asked.id), CONTENT, "text/plain")
    await pass_a_day(service, late.id)

    collected = [await collect_next(service.database, runtime.objects) for _ in range(2)]

    assert collected == [True, False]
    assert [await runtime.objects.head(key(asked.id)) is None for asked in (late, young)] == [True, False]
    assert [error["code"] for error in (await complete(service, late.id))["errors"]] == ["NOT_FOUND"]
    assert (await complete(service, young.id))["errors"] == []
