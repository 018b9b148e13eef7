"""Who has files of companies and of pages of the guide. What is `asked` is asked as it is, and without either wall."""

from collections.abc import Awaitable, Callable

import pytest

from chassis.access import Actor
from chassis.broker.in_process import InProcessBroker
from services.files.app import FilesRuntime
from services.files.domain.owners import Owner, OwnerKind
from services.files.persistence.rows import FileRow
from tests.support.file_owners import Others
from tests.support.owned_files import (
    CHIEF,
    COLLEAGUE,
    EDITOR,
    EVERYBODY_S_EDITOR,
    MINE,
    NOBODY,
    SHOWN,
    STRANGER,
    VIEWER,
    WORKER,
    status,
    ways,
)
from tests.support.services import RunningService
from tests.support.uploads import upload_and_pass

Make = Callable[..., Awaitable[FileRow]]


@pytest.mark.parametrize(
    ("whose", "readers", "others_of_it"),
    [
        ("company", [VIEWER, WORKER, CHIEF], [STRANGER, EDITOR, COLLEAGUE, NOBODY, EVERYBODY_S_EDITOR]),
        ("page", [VIEWER, CHIEF, EDITOR, COLLEAGUE, EVERYBODY_S_EDITOR], [STRANGER, NOBODY]),
        ("everybody's page", [VIEWER, EDITOR, NOBODY, STRANGER, EVERYBODY_S_EDITOR], []),
    ],
)
async def test_files_are_there_for_who_sees_their_owner_and_for_nobody_else(
    asked: RunningService, make: Make, whose: str, readers: list[Actor], others_of_it: list[Actor]
) -> None:
    file = await make(whose)

    for actor in readers:
        assert await ways(asked, file, actor) == [True] * 4
        assert await status(asked, "descriptions", file, actor) == 200
    for actor in others_of_it:
        assert await ways(asked, file, actor) == [False] * 4
        assert await status(asked, "descriptions", file, actor) == 404


@pytest.mark.parametrize("whose", ["page", "everybody's page"])
async def test_a_page_that_readers_do_not_have_shows_its_files_to_who_manages_it_alone(
    asked: RunningService, broker: InProcessBroker, others: Others, make: Make, whose: str
) -> None:
    file = await make(whose, shown=False)
    managers = [EVERYBODY_S_EDITOR, *([EDITOR] if whose == "page" else [])]
    readers = [VIEWER, CHIEF, COLLEAGUE]

    drafted = [await ways(asked, file, actor) for actor in readers]
    assert [await ways(asked, file, actor) for actor in managers] == [[True] * 4] * len(managers)
    await broker.publish([others.publish(file.owner_id), others.show(file.owner_id, shown=True)])
    published = [await ways(asked, file, actor) for actor in readers]
    await broker.publish([others.show(file.owner_id, shown=False)])
    hidden = [await ways(asked, file, actor) for actor in readers]

    assert drafted == hidden == [[False] * 4] * 3
    assert published == [[True] * 4] * 3


async def test_bytes_of_a_hidden_page_do_not_wait_for_an_event(
    service: RunningService, others: Others, make: Make
) -> None:
    file = await make("page")
    others.show(file.owner_id, shown=False)

    assert await status(service, "downloads", file, VIEWER) == 404
    assert await status(service, "downloads", file, EDITOR) == 200


async def test_of_the_guide_readers_are_not_told_who_has_it_in_hand(asked: RunningService, make: Make) -> None:
    file = await make("everybody's page")
    assert await status(asked, "downloads", file, STRANGER) == 200

    (read,) = (await asked.entities("GuidePage", [file.owner_id], f"files {SHOWN}", VIEWER))[0]["files"]
    (managed,) = (await asked.entities("GuidePage", [file.owner_id], f"files {SHOWN}", EVERYBODY_S_EDITOR))[0]["files"]

    assert (read["uploadedBy"], read["custody"]) == (None, {"totalCount": 0, "nodes": []})
    assert managed["uploadedBy"] == {"id": str(EVERYBODY_S_EDITOR.id)}
    assert [(each["operation"], each["actor"] and each["actor"]["id"]) for each in managed["custody"]["nodes"]] == [
        ("UPLOADED", str(EVERYBODY_S_EDITOR.id)), ("CHECKED", None), ("DOWNLOADED", str(STRANGER.id)),
    ]  # fmt: skip


async def test_documents_tell_their_company_who_has_them_in_hand(service: RunningService, make: Make) -> None:
    file = await make("company")

    (shown,) = (await service.entities("Company", [MINE], f"files {SHOWN}", VIEWER))[0]["files"]

    assert shown == {
        "id": str(file.id), "name": "report.txt", "kind": "ATTACHMENT", "ownerKind": "COMPANY", "ownerId": str(MINE),
        "uploadedBy": {"id": str(CHIEF.id)},
        "custody": {"totalCount": 2, "nodes": [
            {"operation": "UPLOADED", "actor": {"id": str(CHIEF.id)}}, {"operation": "CHECKED", "actor": None},
        ]},
    }  # fmt: skip


async def test_fifty_pages_cost_one_statement(service: RunningService, runtime: FilesRuntime, others: Others) -> None:
    pages = [others.page(MINE)[0] for _ in range(50)]
    for page in pages[:2]:
        assert await service.entities("GuidePage", [page], "files { id }", EDITOR) == [{"files": []}]
        await upload_and_pass(runtime, EDITOR, Owner(OwnerKind.GUIDE_PAGE, page))
    await service.entities("GuidePage", pages, "files { id }", COLLEAGUE)

    with service.statements() as statements:
        found = await service.entities("GuidePage", pages, "files { id name }", COLLEAGUE)

    assert len(statements) == 1
    assert [len(page["files"]) for page in found] == [1, 1, *[0] * 48]


async def test_a_silent_owner_of_the_guide_spoils_only_what_is_not_known_here(
    service: RunningService, make: Make, others: Others
) -> None:
    file = await make("page")
    unknown, _ = others.page(MINE)
    del service.transport.applications["directories"]

    answer = await service.graph(
        "query ($of: [_Any!]!) { _entities(representations: $of) { ... on GuidePage { files { id } } } }",
        VIEWER,
        of=[{"__typename": "GuidePage", "id": str(page)} for page in (file.owner_id, unknown)],
    )

    assert answer["data"]["_entities"] == [{"files": [{"id": str(file.id)}]}, {"files": None}]
    assert await status(service, "downloads", file, VIEWER) == 503
