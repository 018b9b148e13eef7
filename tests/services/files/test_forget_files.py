"""Files of incidents that are restored, or purged."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import obstore
import pytest
from obstore.store import S3Store
from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from services.files.app import FilesRuntime
from services.files.persistence.rows import FileRow, IncidentRef
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user

MakeFile = Callable[..., Awaitable[FileRow]]
COMPANY = uuid4()
EVERYTHING = Actor.system("test", EVERY_COMPANY)


async def shown(service: RunningService, incident: UUID) -> object:
    (found,) = await service.entities("Incident", [incident], "attachments { id }", user({"incident.view": [COMPANY]}))
    return found["attachments"]


async def test_a_restored_incident_shows_its_files_again(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, make_file: MakeFile
) -> None:
    event = incidents.register(COMPANY)
    await broker.publish([event])
    file = await make_file(event.subject)

    await broker.publish([incidents.delete(event.subject)])
    assert await shown(service, event.subject) is None
    await broker.publish([incidents.restore(event.subject), incidents.disclose(event.subject)])

    assert await shown(service, event.subject) == [{"id": str(file.id)}]


async def test_nothing_is_left_of_the_files_of_a_purged_incident(
    service: RunningService,
    broker: InProcessBroker,
    incidents: Incidents,
    make_file: MakeFile,
    runtime: FilesRuntime,
    store_settings: dict[str, str],
) -> None:
    purged, other = incidents.register(COMPANY), incidents.register(COMPANY)
    await broker.publish([purged, other])
    gone, kept = await make_file(purged.subject), await make_file(other.subject)

    await broker.publish([incidents.delete(purged.subject), incidents.purge(purged.subject)])

    async with runtime.database.read(EVERYTHING) as session:
        assert list(await session.scalars(select(FileRow.id))) == [kept.id]
        ref = await session.get_one(IncidentRef, purged.subject)
    assert (ref.deleted, ref.version) == (True, 3)
    bucket = S3Store(
        store_settings["s3_bucket"],
        endpoint=store_settings["s3_endpoint"],
        region="us-east-1",
        access_key_id=store_settings["s3_access_key"],
        secret_access_key=store_settings["s3_secret_key"],
        client_options={"allow_http": True},
    )
    with pytest.raises(FileNotFoundError):
        await obstore.get_async(bucket, str(gone.id))
    assert (await obstore.get_async(bucket, str(kept.id))).meta["size"] == len(b"what happened")
    assert await shown(service, purged.subject) is None


async def test_deleting_what_is_not_there_is_no_fault(runtime: FilesRuntime) -> None:
    await runtime.objects.delete(str(uuid4()))
