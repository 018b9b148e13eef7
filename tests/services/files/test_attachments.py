"""The files of incidents, as the graph tells of them."""

import hashlib
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from chassis.broker.in_process import InProcessBroker
from services.files.persistence.rows import FileRow
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user

VIEW = "incident.view"
MINE, FOREIGN = uuid4(), uuid4()
ATTACHMENTS = "id attachments { id name size mediaType sha256 kind uploadedBy { id } }"

MakeFile = Callable[..., Awaitable[FileRow]]


async def test_fifty_incidents_cost_one_statement(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, make_file: MakeFile
) -> None:
    events = [incidents.register(MINE) for _ in range(50)]
    await broker.publish(events)
    first = await make_file(events[0].subject)
    second = await make_file(events[0].subject, name="log.txt")
    third = await make_file(events[1].subject)

    with service.statements() as statements:
        found = await service.entities(
            "Incident", [event.subject for event in events], "attachments { id }", user({VIEW: [MINE]})
        )

    assert len(statements) == 1
    assert [[file["id"] for file in incident["attachments"]] for incident in found] == [
        [str(first.id), str(second.id)],
        [str(third.id)],
        *([] for _ in range(48)),
    ]


async def test_an_attachment_shows_what_was_stored(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, make_file: MakeFile
) -> None:
    incident = incidents.register(MINE)
    await broker.publish([incident])
    file = await make_file(incident.subject)

    found = await service.entities("Incident", [incident.subject], ATTACHMENTS, user({VIEW: [MINE]}))

    shown = {
        "id": str(file.id),
        "name": "report.txt",
        "size": 13,
        "mediaType": "text/plain",
        "sha256": hashlib.sha256(b"what happened").hexdigest(),
        "kind": "ATTACHMENT",
        "uploadedBy": {"id": str(file.uploaded_by_id)},
    }
    assert found == [{"id": str(incident.subject), "attachments": [shown]}]


async def test_an_incident_registered_a_moment_ago_is_asked_of_its_owner_once(
    service: RunningService, incidents: Incidents
) -> None:
    incident = incidents.register(MINE).subject
    reader = user({VIEW: [MINE]})

    first = await service.entities("Incident", [incident], "attachments { id }", reader)
    again = await service.entities("Incident", [incident], "attachments { id }", reader)

    assert first == again == [{"attachments": []}]
    assert incidents.published.asked == ["lookups/incident"]


async def test_foreign_deleted_and_absent_incidents_answer_alike(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, make_file: MakeFile
) -> None:
    foreign, deleted = incidents.register(FOREIGN), incidents.register(MINE)
    await broker.publish([foreign, deleted])
    await make_file(foreign.subject)
    await make_file(deleted.subject)
    await broker.publish([incidents.delete(deleted.subject)])

    found = await service.entities(
        "Incident", [foreign.subject, deleted.subject, uuid4()], "attachments { id }", user({VIEW: [MINE]})
    )

    assert found == [{"attachments": None}] * 3


async def test_without_the_right_to_view_there_are_no_files(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, make_file: MakeFile
) -> None:
    incident = incidents.register(MINE)
    await broker.publish([incident])
    await make_file(incident.subject)

    found = await service.entities(
        "Incident", [incident.subject], "attachments { id }", user({"incident.edit": [MINE]})
    )

    assert found == [{"attachments": None}]


async def test_a_silent_owner_spoils_only_what_is_not_known_here(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    known, unknown = incidents.register(MINE), incidents.register(MINE)
    await broker.publish([known])
    del service.transport.applications["incidents"]

    answer = await service.graph(
        "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Incident { attachments { id } } } }",
        user({VIEW: [MINE]}),
        of=[{"__typename": "Incident", "id": str(event.subject)} for event in (known, unknown)],
    )

    assert answer["data"]["_entities"] == [{"attachments": []}, {"attachments": None}]
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["_entities", 1, "attachments"], "SERVICE_UNAVAILABLE")
    ]


async def test_a_file_is_found_by_its_id_and_only_by_those_who_see_its_incident(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, make_file: MakeFile
) -> None:
    mine, foreign = incidents.register(MINE), incidents.register(FOREIGN)
    await broker.publish([mine, foreign])
    files = [await make_file(event.subject) for event in (mine, foreign)]
    reader = user({VIEW: [MINE]})

    asked = [await service.data(f'{{ file(id: "{each}") {{ id }} }}', reader) for each in (*ids(files), uuid4())]
    referred = await service.entities("File", [*ids(files), "no id"], "id", reader)

    assert asked == [{"file": {"id": str(files[0].id)}}, {"file": None}, {"file": None}]
    assert referred == [{"id": str(files[0].id)}, None, None]


async def test_what_is_no_id_is_refused_with_the_field(service: RunningService) -> None:
    answer = await service.graph('{ file(id: "no id") { id } }', user({VIEW: [MINE]}))

    assert answer["data"] == {"file": None}
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID", "field": ["id"]}]


def ids(files: list[FileRow]) -> list[UUID]:
    return [file.id for file in files]
