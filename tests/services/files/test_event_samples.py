"""The samples of this service's events, made by what really happens."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import update

from chassis.broker.in_process import InProcessBroker
from chassis.database import OWN_ACCORD
from services.files.app import FilesRuntime
from services.files.domain import events
from services.files.domain.files import FileKind, FileState
from services.files.domain.owners import Owner, OwnerKind
from services.files.domain.verdicts import Found, Verdict
from services.files.persistence.projections import Projections
from services.files.persistence.rows import FileRow
from services.files.usecases.delete_file import DeleteFile, delete_file
from services.files.usecases.download_file import DownloadFile, download_file
from services.files.usecases.edit_file import EditFile, edit_file
from services.files.usecases.purge_files import purge_next
from services.files.usecases.restore_file import RestoreFile, restore_file
from tests.support.contracts import SAMPLES, stale_samples
from tests.support.file_owners import Others
from tests.support.incidents import Incidents
from tests.support.services import SYSTEM, RunningService, user
from tests.support.uploads import decide, upload, upload_and_pass

KINDS = {fact.type for fact in events.FileFact.__subclasses__()}
MINE = uuid4()
CHIEF = user({right: [MINE] for right in ("incident.view", "incident.edit", "incident.delete")})


async def test_the_samples_are_current(
    service: RunningService, runtime: FilesRuntime, incidents: Incidents, broker: InProcessBroker, others: Others
) -> None:
    incident = incidents.register(MINE, members=[CHIEF.id])
    await broker.publish([incident])
    database, copy = runtime.database, Projections.of(runtime.database, runtime.peer)
    first = await upload_and_pass(runtime, CHIEF, incident.subject, kind=FileKind.MAIN_REPORT)
    second = await upload(runtime, CHIEF, incident.subject, kind=FileKind.MAIN_REPORT, name="worse.pdf")
    await download_file(DownloadFile(file_id=first.id), CHIEF, OWN_ACCORD, database, copy, runtime.objects)
    async with database.work(CHIEF) as work:
        await edit_file(EditFile(file_id=first.id, expected_version=2, changes={"name": "b", "description": "c"}), work)
    await decide(runtime, second, Verdict(state=FileState.AVAILABLE, detected_type="text/plain", sha256="ab" * 32))
    async with database.work(CHIEF) as work:
        await delete_file(DeleteFile(file_id=first.id, reason="a name nobody may know"), 30, work)
    async with database.work(CHIEF) as work:
        await restore_file(RestoreFile(file_id=first.id), work)
    third = await upload(runtime, CHIEF, incident.subject, kind=FileKind.EVIDENCE)
    refused = Verdict(state=FileState.REFUSED, findings=(Found(code="TYPE_MISMATCH", detail="an executable"),))
    await decide(runtime, third, refused)
    async with database.work(SYSTEM) as work:
        await work.session.execute(update(FileRow).values(purge_at=datetime.now(UTC) - timedelta(seconds=1)))
    while await purge_next(database, runtime.objects, runtime.peer("incidents")):
        pass

    others.company(MINE)
    await Projections.of(database, runtime.peer).companies.refresh([MINE])
    document = await upload(runtime, user({"access.manage": [MINE]}), Owner(OwnerKind.COMPANY, MINE))

    told = await service.events()
    of_each = {event.type: event for event in told}

    assert of_each.keys() == {*KINDS, events.OwnedFileChanged.type}
    assert stale_samples("files", of_each.values()) == []
    assert [event.subject for event in told if not event.restricted] == [document.id]
    for secret in ("report.txt", "worse.pdf", "nobody may know", "an executable"):
        assert all(secret not in str(event.data) for event in told)


def test_every_event_of_files_has_its_sample() -> None:
    assert {file.stem for file in SAMPLES.glob("file.*.json")} == KINDS
    assert {file.stem for file in SAMPLES.glob("owned_file.*.json")} == {events.OwnedFileChanged.type}
