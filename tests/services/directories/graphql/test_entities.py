"""Answering for the entries that other services refer to."""

from uuid import UUID

from chassis.access import Actor
from chassis.identifiers import uuid7
from tests.support.services import RunningService

PAGE = """
query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on Classification { code name color textColor types { code } }
    ... on IncidentType { code name classification { name } }
    ... on IncidentStatus { code name category }
    ... on Severity { code name rank }
} }
"""


def references(ids: dict[str, UUID], rows: int) -> list[dict[str, str]]:
    """What a page of incidents refers to."""
    kinds = {
        "Classification": "fraud",
        "IncidentType": "fraud.phishing",
        "IncidentStatus": "open",
        "Severity": "critical",
    }
    return [{"__typename": kind, "id": str(ids[code])} for _ in range(rows) for kind, code in kinds.items()]


async def test_a_page_of_references_costs_no_statement_once_the_directory_is_known(
    directories: RunningService, ids: dict[str, UUID], reader: Actor
) -> None:
    await directories.data("{ severities { code } }", reader)

    with directories.statements() as seen:
        data = await directories.data(PAGE, reader, of=references(ids, 50))

    assert len(data["_entities"]) == 200
    assert data["_entities"][3] == {"code": "critical", "name": "Critical", "rank": 4}
    assert data["_entities"][1]["classification"] == {"name": "Fraud"}
    assert len(seen) <= 1  # the check of the revision, when a second has passed


async def test_what_is_absent_of_another_kind_or_no_id_is_null(
    directories: RunningService, ids: dict[str, UUID], reader: Actor
) -> None:
    asked: list[UUID | str] = [ids["fraud"], uuid7(), ids["open"], "no id"]

    assert await directories.entities("Classification", asked, "code", reader) == [{"code": "fraud"}, None, None, None]


async def test_an_inactive_entry_still_tells_its_name(
    directories: RunningService, ids: dict[str, UUID], reader: Actor, manager: Actor
) -> None:
    edit = "mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) { errors { message } } }"
    source = {"id": str(ids["fraud"]), "expectedVersion": 1, "active": False}
    await directories.data(edit, manager, input=source)

    found = await directories.entities("Classification", [ids["fraud"]], "name active", reader)
    listed = await directories.data(
        "{ classifications { code } all: classifications(includeInactive: true) { code } }", reader
    )

    assert found == [{"name": "Fraud", "active": False}]
    assert {"code": "fraud"} not in listed["classifications"]
    assert {"code": "fraud"} in listed["all"]
