"""Two hundred people at one incident at once, over ten connections: no accepted change is lost, and all are told."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from chassis.identifiers import uuid7
from deploy.local.postgres import PostgresServer
from deploy.local.provision import DatabaseUrls
from services.incidents.persistence.rows import ChangeRow
from tests.support.casebook import ADD_COMMENT, CONFIDE, EDIT, MOVE, Casebook, person
from tests.support.commands import run
from tests.support.services import Json

EDITORS, MOVERS, CONFIDERS, SPEAKERS = 40, 60, 40, 60
FIELDS: Final = {
    "comment": "comment", "impact": "impact", "description": "description", "actionsTaken": "actions_taken",
    "rootCause": "root_cause", "preventiveMeasures": "preventive_measures", "title": "title",
}  # fmt: skip
STATUSES: Final = ("open", "triage", "in-progress", "resolved", "review")
ALTERED: Final = """
UPDATE incident_change SET changes = jsonb_set(changes, '{comment,1}', '"Another hand"')
WHERE incident_id = $1 AND sequence = (
  SELECT min(sequence) FROM incident_change WHERE incident_id = $1 AND changes ? 'comment'
) RETURNING sequence
"""


@dataclass
class Accepted:
    """What the registry said yes to, by those who asked: the last word to each is what holds."""

    edits: dict[int, tuple[str, str]] = field(default_factory=dict)  # column and value by version
    versions: list[int] = field(default_factory=list)  # those that were told to anybody
    conflicts: int = 0
    words: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)


class Crowd:
    """Everybody comes with the version of the first moment."""

    def __init__(self, casebook: Casebook, incident: Json) -> None:
        self.casebook, self.incident, self.accepted = casebook, incident, Accepted()

    async def ask(self, mutation: str, **input: Any) -> Json:
        """The payload for somebody new; who is told that there is no free connection asks again, as browsers do."""
        who = self.casebook.supervisor(self.casebook.acme)
        while True:
            answer = await self.casebook.service.graph(mutation, who, input=input)
            if "errors" not in answer:
                payload: Json = next(iter(answer["data"].values()))
                return payload
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["SERVICE_UNAVAILABLE"]

    async def edit(self, number: int) -> None:
        """Until it is taken: with the version that a refusal shows, after a pause that is longer each time."""
        name, value, pause = list(FIELDS)[number % len(FIELDS)], f"Value {number}", 0.4
        payload, version = None, self.incident["version"]
        while payload is None or payload["errors"]:
            payload = await self.ask(EDIT, id=self.incident["id"], expectedVersion=version, **{name: value})
            version = payload["incident"]["version"]
            if payload["errors"]:
                assert [error["code"] for error in payload["errors"]] == ["CONFLICT"]
                self.accepted.conflicts += 1
                await asyncio.sleep(random.random() * pause)  # noqa: S311 - nothing is kept secret by it
                pause = min(2 * pause, 2.0)
        assert version not in self.accepted.edits
        self.accepted.edits[version] = (FIELDS[name], value)
        self.accepted.versions.append(version)

    async def move(self, number: int) -> None:
        status = {"code": STATUSES[number % len(STATUSES)]}
        moved = await self.ask(MOVE, id=self.incident["id"], status=status)
        assert moved["errors"] == []
        self.accepted.versions.append(moved["incident"]["version"])

    async def confide(self, _: int) -> None:
        new = uuid7()
        self.casebook.access.rows["user"].append(person(new, self.casebook.acme))
        told = await self.ask(CONFIDE, id=self.incident["id"], addMembers=[str(new)])
        assert told["errors"] == []
        self.accepted.versions.append(told["incident"]["version"])
        self.accepted.members.append(str(new))

    async def speak(self, number: int) -> None:
        said = await self.ask(ADD_COMMENT, incidentId=self.incident["id"], body=f"Remark {number}")
        assert said["errors"] == []
        self.accepted.words.append(said["comment"]["body"])

    async def come(self) -> Accepted:
        coming = [
            *(self.edit(number) for number in range(EDITORS)),
            *(self.move(number) for number in range(MOVERS)),
            *(self.confide(number) for number in range(CONFIDERS)),
            *(self.speak(number) for number in range(SPEAKERS)),
        ]
        random.Random(7).shuffle(coming)  # noqa: S311 - the same order in every run
        await asyncio.gather(*coming)
        return self.accepted


@pytest.fixture
def environment(service_databases: Mapping[str, DatabaseUrls], signing_keys: Path) -> dict[str, str]:
    return {
        "INCIDENTS_DATABASE_URL": service_databases["incidents"].app,
        "INCIDENTS_SIGNING_KEY_FILE": str(signing_keys / "incidents.pem"),
        "INCIDENTS_TRUSTED_KEYS": str(signing_keys / "public"),
    }


def told(entries: list[ChangeRow], operation: str, column: str) -> list[Any]:
    """What changes of this kind made of a column, in their order."""
    return [entry.changes[column][1] for entry in entries if entry.operation == operation and column in entry.changes]


@pytest.mark.timeout(300)
async def test_two_hundred_at_once_lose_nothing_and_a_row_altered_by_hand_is_named(
    casebook: Casebook, postgres_server: PostgresServer, environment: dict[str, str]
) -> None:
    ada = casebook.officer(casebook.acme, id=casebook.ada)
    incident = await casebook.register(ada, visibility="RESTRICTED")

    accepted = await Crowd(casebook, incident).come()

    row, entries = await casebook.row(incident["id"]), await casebook.changes(incident["id"])
    own = [entry for entry in entries if entry.part_type is None]
    assert accepted.conflicts > 0
    # Numbers: each accepted change has its version, and everything that happened its place.
    assert (len(accepted.edits), len(accepted.words), len(accepted.members)) == (EDITORS, SPEAKERS, CONFIDERS)
    assert {1, *accepted.versions} == set(range(1, row.version + 1))
    assert len(own) == row.version
    assert [entry.sequence for entry in entries] == list(range(1, row.sequence + 1))
    assert [number for number, _ in await casebook.kinds_of_events(row.id)] == list(range(1, row.sequence + 1))
    # Edits: in the history each is in the place that its editor was told; the last of each field is what there is.
    for column in FIELDS.values():
        values = [value for _, (name, value) in sorted(accepted.edits.items()) if name == column]
        assert told(own, "EDITED", column) == values
        assert getattr(row, column) == values[-1]
    for version, (column, value) in accepted.edits.items():
        assert own[version - 1].changes[column][1] == value
    # Each change begins where the one before has ended: nobody wrote over what they had not seen.
    held: Json = {}
    for entry in own:
        for column, (before, after) in entry.changes.items():
            assert held.get(column, before) == before
            held[column] = after
    assert (UUID(held["status_id"]), held["status_category"]) == (row.status_id, row.status_category)
    assert {str(casebook.ada), *accepted.members} == {str(member) for member in row.members}
    assert sorted(told(entries, "ADDED", "body")) == sorted(accepted.words)

    status, output, _ = await run("incidents", "verify-history", environment)
    assert (status, output) == (0, f"{row.sequence} entries of 1 incidents: 0 chains broken\n")

    async with postgres_server.session(casebook.service.database.engine.url.database or "") as session:
        altered = await session.fetchval(ALTERED, row.id)
    status, output, _ = await run("incidents", "verify-history", environment)
    assert status == 1
    assert f"incident {row.id}, entry {altered}: it tells something else than when it was written" in output
