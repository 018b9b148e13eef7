"""Files as others tell of them: there for who may see them, and nothing otherwise, also once they are deleted."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from chassis.broker.in_process import InProcessBroker
from services.files.persistence.rows import FileRow
from services.files.usecases.delete_file import DeleteFile, delete_file
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user

MakeFile = Callable[..., Awaitable[FileRow]]
MINE, FOREIGN = uuid4(), uuid4()
READER = user({"incident.view": [MINE]})


async def test_a_mention_leads_to_what_is_there_for_its_reader_and_tells_nothing_of_the_rest(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, make_file: MakeFile
) -> None:
    mine, foreign, restricted = (
        incidents.register(MINE), incidents.register(FOREIGN), incidents.register(MINE, members=[]),
    )  # fmt: skip
    await broker.publish([mine, foreign, restricted])
    shown, deleted = await make_file(mine.subject), await make_file(mine.subject)
    hidden = [await make_file(foreign.subject), await make_file(restricted.subject), deleted]
    async with service.database.work(user({"incident.view": [MINE], "incident.delete": [MINE]})) as work:
        await delete_file(DeleteFile(file_id=deleted.id, reason="the wrong one"), 90, work)
    ids = [shown.id, *(file.id for file in hidden), uuid4()]

    with service.statements() as statements:
        told = await service.entities("FileMention", [*ids, "no id"], "id present { id name }", READER)

    assert [each["id"] for each in told] == [*map(str, ids), "no id"]
    assert [each["present"] for each in told] == [{"id": str(shown.id), "name": shown.name}, *[None] * 5]
    assert len(statements) == 1
