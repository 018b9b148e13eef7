"""What may come, how much of it at once, and how refusals name what is wrong."""

from typing import Any
from uuid import UUID

import pytest

from chassis.broker.in_process import InProcessBroker
from services.files.app import FilesRuntime
from services.files.domain import uploads
from services.files.usecases.request_uploads import Limits
from tests.support.incidents import Incidents
from tests.support.services import RunningService
from tests.support.uploading import EDITOR, MINE, OTHER, REQUEST, ask, rows
from tests.support.uploads import ask_to_upload, upload


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "../../etc/passwd"}, "name"),
        ({"name": "report\u202etxt.exe"}, "name"),
        ({"name": " "}, "name"),
        ({"name": "a" * 256}, "name"),
        ({"mediaType": "text"}, "mediaType"),
        ({"mediaType": "text/html; charset=utf-8"}, "mediaType"),
        ({"size": 0}, "size"),
        ({"size": -1}, "size"),
        ({"size": 5 * 2**30 + 1}, "size"),
        ({"size": 2**53}, "size"),
        ({"sha256": "0" * 63}, "sha256"),
        ({"description": "a" * 2001}, "description"),
        ({"description": "a\x00"}, "description"),
    ],
)
async def test_bad_input_names_its_file_and_field_and_nothing_is_kept(
    service: RunningService, incident: UUID, given: dict[str, Any], field: str
) -> None:
    asked = await ask(service, incident, {}, given)

    assert asked["uploads"] == []
    assert [(error["code"], error["field"]) for error in asked["errors"]] == [("INVALID", ["files", "1", field])]
    assert await rows(service) == {"upload": 0, "file": 0, "file_check": 0}


async def test_the_largest_and_the_longest_that_are_let_in_are_let_in(service: RunningService, incident: UUID) -> None:
    asked = await ask(service, incident, {"size": 5 * 2**30, "name": "a" * 255, "description": "a" * 2000})

    assert asked["errors"] == []
    assert len(asked["uploads"][0]["parts"]) == 80


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "at least one"),
        ([{}] * 21, "up to 20 files at once"),
        ([{"kind": "MAIN_REPORT"}] * 2, "one main report"),
    ],
)
async def test_how_many_come_at_once_is_bounded(
    service: RunningService, incident: UUID, files: list[dict[str, Any]], told: str
) -> None:
    given = {"incidentId": str(incident), "files": [{"name": "a.txt", "size": 1} | file for file in files]}
    asked = (await service.data(REQUEST, EDITOR, input=given))["requestUploads"]

    assert [error["field"] for error in asked["errors"]] == [["files"]]
    assert told in asked["errors"][0]["message"]


async def test_an_incident_a_person_and_a_company_have_bounded_room(
    service: RunningService, runtime: FilesRuntime, incident: UUID, incidents: Incidents, broker: InProcessBroker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(uploads, "MOST_OF_OWNER", 3)
    monkeypatch.setattr(uploads, "MOST_WAITING", 4)
    other = incidents.register(MINE)
    await broker.publish([other])
    await upload(runtime, OTHER, incident)
    assert (await ask(service, incident, {}, {}))["errors"] == []

    full = await ask(service, incident)
    assert (await ask(service, other.subject, {}, {}))["errors"] == []
    patient = await ask(service, other.subject)

    told = [each["errors"][0]["message"] for each in (full, patient)]
    assert "Up to 3 files belong to one incident" in told[0]
    assert "You have begun 4 uploads" in told[1]


async def test_a_company_stores_no_more_than_its_quota(
    runtime: FilesRuntime, incident: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "limits", Limits(largest=100, quota=40))
    await upload(runtime, EDITOR, incident)
    await ask_to_upload(runtime, EDITOR, incident)

    with pytest.raises(Exception, match="room for 14 more bytes, and this needs 15"):
        await ask_to_upload(runtime, EDITOR, incident, size=15)
    await ask_to_upload(runtime, EDITOR, incident, size=14)
