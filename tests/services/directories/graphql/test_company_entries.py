"""Entries of one company: for those who may do anything in it, and for nobody else."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService, user

CREATE = """
mutation ($input: CreateDirectoryEntryInput!) { createDirectoryEntry(input: $input) {
    entry { id code company { id } version } errors { code message field } } }
"""
EDIT = """
mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) {
    entry { id code version } errors { code message field } } }
"""
MERGE = """
mutation ($input: MergeDirectoryEntriesInput!) { mergeDirectoryEntries(input: $input) {
    entry { id code } errors { code message field } } }
"""
REORDER = """
mutation ($input: ReorderDirectoryInput!) { reorderDirectory(input: $input) {
    entries { code } errors { code message field } } }
"""
LISTS = """
query ($company: ID) {
    severities(companyId: $company) { code }
    directoryEntries(kind: SEVERITY, companyId: $company, includeInactive: true, sortBy: NAME) {
        code name translations { name } }
    directoryChanges { nodes { code changes { field before after } } }
    locales { tag }
}
"""
SECRET = "kanarien"

Make = Callable[..., Awaitable[Any]]


@pytest.fixture
def make(directories: RunningService) -> Make:
    """Makes an entry and gives the payload."""

    async def made(actor: Actor, **given: Any) -> Any:
        usual = {"kind": "SEVERITY", "code": SECRET, "color": "#123456", "rank": 9, "company": {"code": "ACME"}}
        new = {name: value for name, value in (usual | given).items() if value is not None}
        return (await directories.data(CREATE, actor, input=new))["createDirectoryEntry"]

    return made


@pytest.fixture
async def secret(make: Make, local_manager: Actor) -> UUID:
    """A severity of ACME."""
    payload = await make(local_manager, translations=[{"locale": "en", "name": SECRET}])
    assert payload["errors"] == []
    return UUID(payload["entry"]["id"])


async def test_who_manages_the_company_makes_its_entries(
    directories: RunningService, make: Make, local_manager: Actor, acme: UUID
) -> None:
    payload = await make(local_manager)

    assert payload["errors"] == []
    assert payload["entry"]["company"] == {"id": str(acme)}
    last = (await directories.events())[-1]
    assert (last.type, last.company_id, last.sequence) == ("directory.entry_changed.v1", acme, 1)


@pytest.mark.parametrize("named", [{"code": "NORTH"}, {"code": "NOWHERE"}, {"code": "GONE"}, {"id": str(uuid7())}])
async def test_a_company_out_of_sight_is_as_absent_as_one_that_never_was(
    directories: RunningService, make: Make, local_manager: Actor, named: dict[str, str]
) -> None:
    payload = await make(local_manager, company=named)

    assert payload == {
        "entry": None,
        "errors": [
            {
                "code": "NOT_FOUND",
                "message": "The company was not found, or not within your rights.",
                "field": ["company"],
            }
        ],
    }
    assert len(await directories.events()) == DEFAULTS


async def test_who_may_only_work_in_the_company_is_denied(directories: RunningService, make: Make, acme: UUID) -> None:
    payload = await make(user({"incident.edit": [acme], "incident.view": [acme]}))

    assert [error["code"] for error in payload["errors"]] == ["DENIED"]
    assert len(await directories.events()) == DEFAULTS


async def test_it_is_listed_for_who_may_do_anything_in_the_company(
    directories: RunningService, secret: UUID, acme: UUID
) -> None:
    for actor in (user({"incident.add": [acme]}), user({"metrics.read": EVERY_COMPANY})):
        found = await directories.data("{ severities { code } }", actor)
        assert {"code": SECRET} in found["severities"]


async def test_a_list_for_another_company_does_not_have_it(
    directories: RunningService, secret: UUID, acme: UUID, north: UUID
) -> None:
    both = user({"incident.view": [acme, north]})
    query = "query ($company: ID) { severities(companyId: $company) { code } }"

    here = await directories.data(query, both, company=str(acme))
    there = await directories.data(query, both, company=str(north))

    assert ({"code": SECRET} in here["severities"], {"code": SECRET} in there["severities"]) == (True, False)
    assert len(there["severities"]) == 4


async def test_nothing_of_it_leaks_to_an_outsider(
    directories: RunningService, secret: UUID, outsider: Actor, acme: UUID, reader: Actor
) -> None:
    one = "query ($id: ID!) { directoryEntry(id: $id) { code } }"
    for actor in (outsider, reader):
        for asked in (str(acme), str(uuid7()), None):
            answer = await directories.graph(LISTS, actor, company=asked)
            assert SECRET not in str(answer)
            assert len(answer["data"]["severities"]) == 4
        assert await directories.entities("Severity", [secret], "id code name", actor) == [None]
        assert (await directories.data(one, actor, id=str(secret)))["directoryEntry"] is None


async def test_an_outsider_changes_nothing_and_learns_nothing(
    directories: RunningService, secret: UUID, outsider: Actor, ids: dict[str, UUID], make: Make
) -> None:
    events = len(await directories.events())

    def like(id: UUID | str) -> list[tuple[str, dict[str, Any]]]:
        return [
            (EDIT, {"id": str(id), "expectedVersion": 1, "color": "#000000"}),
            (MERGE, {"id": str(id), "expectedVersion": 1, "intoId": str(ids["high"])}),
            (REORDER, {"kind": "SEVERITY", "ids": [str(id)], "company": {"code": "NORTH"}}),
            (REORDER, {"kind": "SEVERITY", "ids": [str(id)], "company": {"code": "ACME"}}),
        ]

    never = uuid7()
    for (mutation, foreign), (_, absent) in zip(like(secret), like(never), strict=True):
        refused = [str(await directories.graph(mutation, outsider, input=each)) for each in (foreign, absent)]
        assert refused[0].replace(str(secret), str(never)) == refused[1]
        assert SECRET not in refused[0]
    assert len(await directories.events()) == events
    rows = await directories.ask("lookups/directory_entry", {"ids": [str(secret)]}, caller="incidents")
    assert (rows[0]["version"], rows[0]["active"]) == (1, True)


async def test_another_company_may_use_the_same_code_without_learning_of_the_first(
    make: Make, secret: UUID, outsider: Actor, local_manager: Actor
) -> None:
    assert (await make(outsider, company={"code": "NORTH"}))["errors"] == []

    again = await make(local_manager)
    assert [(error["code"], error["field"]) for error in again["errors"]] == [("CONFLICT", ["code"])]


async def test_a_code_of_everybody_is_nobody_s_own_nor_the_other_way_round(
    make: Make, secret: UUID, outsider: Actor, manager: Actor
) -> None:
    for actor, given in ((outsider, {"company": {"code": "NORTH"}, "code": "high"}), (manager, {"company": None})):
        refused = await make(actor, **given)
        assert [(error["code"], error["field"]) for error in refused["errors"]] == [("CONFLICT", ["code"])]


async def test_a_company_s_type_may_belong_to_everybody_s_class_and_not_to_a_foreign_one(
    directories: RunningService, make: Make, local_manager: Actor, outsider: Actor, manager: Actor
) -> None:
    own = await make(local_manager, kind="CLASSIFICATION", code="ours", rank=None)
    kind = {"kind": "INCIDENT_TYPE", "rank": None}

    below_own = await make(local_manager, **kind, code="ours.one", classification={"code": "ours"})
    below_all = await make(local_manager, **kind, code="fraud.ours", classification={"code": "fraud"})
    north = {"company": {"code": "NORTH"}, "classification": {"id": own["entry"]["id"]}}
    foreign = await make(outsider, **kind, code="theirs", **north)
    of_all = await make(manager, **kind, code="global", company=None, classification={"code": "ours"})

    assert (below_own["errors"], below_all["errors"]) == ([], [])
    for refused in (foreign, of_all):
        assert [(error["code"], error["field"]) for error in refused["errors"]] == [("NOT_FOUND", ["classification"])]
    seen = await directories.data('{ incidentTypes(classification: {code: "fraud"}) { code } }', outsider)
    assert len(seen["incidentTypes"]) == 4


async def test_the_initial_status_is_everybody_s(make: Make, local_manager: Actor, directories: RunningService) -> None:
    refused = await make(local_manager, kind="STATUS", code="ours", rank=None, category="NEW", isInitial=True)

    assert [error["code"] for error in refused["errors"]] == ["INVALID"]
    assert len(await directories.events()) == DEFAULTS
