"""What happens to the files of an incident is in its history, in the name of who did it, once and in order."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.broker.in_process import InProcessBroker
from chassis.events import Envelope
from chassis.identifiers import uuid7
from services.incidents.__main__ import SERVICE
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.purge_incidents import purge_incidents
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, SHOW, SYSTEM, Casebook
from tests.support.contracts import SAMPLES
from tests.support.events import make_event
from tests.support.restricted import ada
from tests.support.services import Json, user

HISTORY = """
query ($id: ID!) { incident(id: $id) { version sequence history(first: 50) { nodes {
    sequence at operation partType partId permission requestId actor { id } file { id }
    changes { field before after afterReference { file { id } } }
    sentence { template placeholders { name text reference { user { id } file { id } } } } } } } }
"""
FILE, UPLOADER, READER = uuid7(), uuid4(), uuid4()
REGISTRY = {"actor_kind": "system", "actor_id": str(UUID(int=0)), "permission": None}
BEGUN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


class Teller:
    """The files service: each call tells of `FILE` of one incident, a minute after the last one."""

    def __init__(self, casebook: Casebook, incident: Json) -> None:
        self.casebook = casebook
        self.incident = incident["id"]
        self.number = 0

    def event(self, what: str, **more: Any) -> Envelope:
        self.number += 1
        usual = {"actor_kind": "user", "actor_id": str(UPLOADER), "permission": "incident.edit", "kind": "EVIDENCE"}
        data = {"file_id": str(FILE), "incident_id": self.incident} | usual | more
        return make_event(
            source="files", type=f"file.{what}.v1", subject=FILE, sequence=self.number, position=self.number,
            company_id=self.casebook.acme, data=data, time=BEGUN + timedelta(minutes=self.number), request_id="r-9",
        )  # fmt: skip

    async def tell(self, what: str, **more: Any) -> Envelope:
        event = self.event(what, **more)
        await self.send(event)
        return event

    async def send(self, *events: Envelope) -> None:
        broker = InProcessBroker()
        await SERVICE.worker(self.casebook.service.runtime).subscribe(broker)
        await broker.publish(list(events))


async def told(casebook: Casebook, incident: Json, *locales: str) -> Json:
    reader = user({"incident.view": [casebook.acme], "incident.view_restricted": [casebook.acme]}, locales=locales)
    found: Json = (await casebook.service.data(HISTORY, reader, id=incident["id"]))["incident"]
    return found


async def a_whole_life(teller: Teller) -> None:
    await teller.tell("uploaded", size=7, media_type="text/plain")
    await teller.tell("checked", state="QUARANTINED", findings=["NOT_CHECKED"], **REGISTRY)
    await teller.tell("checked", state="AVAILABLE", findings=[], **REGISTRY)
    await teller.tell("downloaded", actor_id=str(READER), permission="incident.view")
    await teller.tell("edited", changed=["name", "tlp"])
    await teller.tell("replaced", replaced_by_id=str(UUID(int=7)), **REGISTRY)
    await teller.tell("deleted", permission="incident.delete")
    await teller.tell("restored", permission="incident.delete")
    await teller.tell("purged", **REGISTRY)


async def test_each_thing_that_happens_to_a_file_is_an_entry_in_the_name_of_who_did_it(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))

    await a_whole_life(Teller(casebook, incident))

    shown = await told(casebook, incident)
    entries = list(reversed(shown["history"]["nodes"]))[1:]
    assert [(each["operation"], each["permission"], (each["actor"] or {}).get("id")) for each in entries] == [
        ("ADDED", "incident.edit", str(UPLOADER)),
        ("EDITED", None, None),
        ("EDITED", None, None),
        ("DOWNLOADED", "incident.view", str(READER)),
        ("EDITED", "incident.edit", str(UPLOADER)),
        ("EDITED", None, None),
        ("REMOVED", "incident.delete", str(UPLOADER)),
        ("RESTORED", "incident.delete", str(UPLOADER)),
        ("REMOVED", None, None),
    ]
    assert {(each["partType"], each["partId"], each["requestId"]) for each in entries} == {("FILE", str(FILE), "r-9")}
    assert all(each["file"] == {"id": str(FILE)} for each in entries)
    assert [each["at"] for each in entries] == [f"2026-03-01T09:{31 + number}:00+00:00" for number in range(9)]
    assert [each["sequence"] for each in entries] == list(range(2, 11))
    changes = [{each["field"]: (each["before"], each["after"]) for each in entry["changes"]} for entry in entries]
    assert changes[0] == {"kind": (None, "EVIDENCE"), "size": (None, "7"), "mediaType": (None, "text/plain")}
    assert changes[1] == {"state": ("CHECKING", "QUARANTINED"), "findings": (None, '["NOT_CHECKED"]')}
    assert changes[2] == {"state": ("QUARANTINED", "AVAILABLE")}
    assert changes[4] == {"name": (None, None), "tlp": (None, None)}
    assert entries[5]["changes"][0]["afterReference"] == {"file": {"id": str(UUID(int=7))}}
    assert changes[8].keys() == {"destroyedAt"}
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_a_file_that_is_simply_found_clean_is_not_told_of(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    async with casebook.unchanged():
        await Teller(casebook, incident).tell("checked", state="AVAILABLE", findings=[], **REGISTRY)


async def test_a_download_moves_nothing_of_the_incident_but_its_history(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    before = await casebook.row(incident["id"])

    await Teller(casebook, incident).tell("downloaded", actor_id=str(READER), permission="incident.view")

    after = await casebook.row(incident["id"])
    assert (after.version, after.updated_at, after.sequence) == (before.version, before.updated_at, before.sequence + 1)
    assert (await casebook.kinds_of_events(incident["id"]))[-1] == (2, "incident.disclosed.v1")
    assert (await casebook.service.events())[-1].data["operation"] == "DOWNLOADED"


@pytest.mark.parametrize(
    ("what", "more", "operation", "changed"),
    [
        ("uploaded", {"size": 7, "media_type": "text/plain"}, "ADDED", ["kind", "media_type", "size"]),
        ("edited", {"changed": ["tlp", "name"]}, "EDITED", ["name", "tlp"]),
        ("deleted", {}, "REMOVED", []),
        ("restored", {}, "RESTORED", []),
    ],
)
async def test_all_else_moves_when_it_last_changed_and_is_told_as_of_other_parts(
    casebook: Casebook, what: str, more: Json, operation: str, changed: list[str]
) -> None:
    incident = await casebook.register(ada(casebook))
    before = await casebook.row(incident["id"])

    event = await Teller(casebook, incident).tell(what, **more)

    after = await casebook.row(incident["id"])
    assert (after.version, after.sequence) == (before.version, before.sequence + 1)
    assert after.updated_at > before.updated_at
    fact = (await casebook.service.events())[-1]
    assert (fact.type, fact.sequence, fact.causation_id) == ("incident.part_changed.v1", 2, event.id)
    assert (fact.data["part"], fact.data["part_id"]) == ("FILE", str(FILE))
    assert (fact.data["operation"], fact.data["changed"]) == (operation, changed)


async def test_what_is_delivered_twice_is_written_once(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    teller = Teller(casebook, incident)
    events = [teller.event("downloaded"), teller.event("deleted")]
    await teller.send(*events)

    async with casebook.unchanged():
        await teller.send(*events)


async def test_a_restricted_incident_tells_only_its_own(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.change(SHOW, ada(casebook), id=incident["id"], visibility="RESTRICTED")

    await Teller(casebook, incident).tell("downloaded")

    assert (await casebook.service.events())[-1].restricted


async def test_also_of_a_deleted_incident_it_is_written_down(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.try_to(DELETE, ada(casebook), id=incident["id"])

    await Teller(casebook, incident).tell("downloaded")

    assert (await casebook.row(incident["id"])).sequence == 3


async def test_of_a_purged_incident_and_of_one_that_never_was_nothing_is_kept(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.try_to(DELETE, ada(casebook), id=incident["id"])
    async with casebook.service.database.work(SYSTEM) as work:
        row = await work.session.get_one(IncidentRow, UUID(incident["id"]))
        row.deleted_at = datetime.now(UTC) - timedelta(days=31)
    await purge_incidents(casebook.service.database, timedelta(days=30))

    async with casebook.unchanged():
        await Teller(casebook, incident).tell("purged", **REGISTRY)
        await Teller(casebook, {"id": str(uuid7())}).tell("downloaded")


@pytest.mark.parametrize(
    ("locale", "template", "word"),
    [
        ("en", "{actor} downloaded: {part}", "file"),
        ("de", "{actor} hat heruntergeladen: {part}", "Datei"),
        ("fr", "{actor} a téléchargé : {part}", "fichier"),
        ("es", "{actor} descargó: {part}", "archivo"),
        ("ru", "{actor}: скачано: {part}", "файл"),
        ("kk", "{actor}: жүктеп алынды: {part}", "файл"),
    ],
)
async def test_it_is_told_in_a_sentence_in_which_the_file_is_named_by_its_owner(
    casebook: Casebook, locale: str, template: str, word: str
) -> None:
    incident = await casebook.register(ada(casebook))
    await Teller(casebook, incident).tell("downloaded", actor_id=str(READER))

    sentence = (await told(casebook, incident, locale))["history"]["nodes"][0]["sentence"]

    assert sentence["template"] == template
    assert sentence["placeholders"] == [
        {"name": "actor", "text": None, "reference": {"user": {"id": str(READER)}, "file": None}},
        {"name": "part", "text": word, "reference": {"user": None, "file": {"id": str(FILE)}}},
    ]


def test_every_event_of_files_is_followed(casebook: Casebook) -> None:
    followed = SERVICE.worker(casebook.service.runtime).subscriptions
    (of_files,) = [each.types for each in followed if each.source == "files"]
    assert {file.stem for file in SAMPLES.glob("file.*.json")} == of_files
