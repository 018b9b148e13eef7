"""What was deleted: listed and restored by who may delete, held back, and purged for good after a time."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from deploy.local.checks import check_histories
from deploy.local.postgres import PostgresServer
from services.incidents.persistence.changes import new_entry
from services.incidents.persistence.indicator_rows import IndicatorRow
from services.incidents.persistence.link_rows import LinkRow
from services.incidents.persistence.purging import remove_parts
from services.incidents.persistence.rows import IncidentRow, SourceRow
from services.incidents.usecases import purge_incidents as purging
from services.incidents.usecases.purge_incidents import due_incidents, purge_incidents
from tests.support.casebook import DELETE, REGISTER, SHOW, SYSTEM, Casebook
from tests.support.restricted import EVERY_WAY, ada, bob, others, seen
from tests.support.services import Json
from tests.support.whole_incidents import rows_about, tables_about_incidents, with_everything

DELETED = """
query ($companies: [ID!], $first: Int = 20, $after: String) {
  deletedIncidents(companyIds: $companies, first: $first, after: $after) {
    nodes { id reference title company { id } deletedAt deletedBy { id } reason held purgeDueAt version } totalCount
    pageInfo { hasNextPage endCursor } } }
"""
RESTORE = """
mutation ($input: RestoreIncidentInput!) { restoreIncident(input: $input) {
    incident { id version title } errors { code message field } } }
"""
HOLD = """
mutation ($input: HoldIncidentInput!) { holdIncident(input: $input) {
    held version incident { held } errors { code message field } } }
"""
YEAR = timedelta(days=365)


async def gone(casebook: Casebook, reason: str | None = None, **given: Any) -> Json:
    """An incident that was deleted."""
    incident = await casebook.register(ada(casebook), **given)
    payload = await casebook.try_to(DELETE, ada(casebook), id=incident["id"], reason=reason)
    assert payload["errors"] == []
    return incident


async def listed(casebook: Casebook, actor: Any, **more: Any) -> list[Json]:
    found = (await casebook.service.data(DELETED, actor, **more))["deletedIncidents"]
    assert found["totalCount"] == len(found["nodes"])
    nodes: list[Json] = found["nodes"]
    return nodes


async def age(casebook: Casebook, *incidents: Json, days: int = 400) -> None:
    """As if they had been deleted so long ago."""
    ids = [UUID(each["id"]) for each in incidents]
    async with casebook.service.database.work(SYSTEM) as work:
        for row in await work.session.scalars(select(IncidentRow).where(IncidentRow.id.in_(ids))):
            assert row.deleted_at is not None
            row.deleted_at -= timedelta(days=days)


async def numbers_about(casebook: Casebook, incident: Json) -> dict[str, int]:
    """How many rows there are about it, by table."""
    return {name: len(rows) for name, rows in (await rows_about(casebook, incident)).items()}


async def test_who_may_delete_lists_what_was_deleted_and_why(casebook: Casebook) -> None:
    incident = await gone(casebook, "Entered twice", title="Lost badge")

    (found,) = await listed(casebook, bob(casebook))

    assert (found["id"], found["reference"], found["title"]) == (incident["id"], incident["reference"], "Lost badge")
    assert (found["reason"], found["deletedBy"], found["company"]) == (
        "Entered twice", {"id": str(casebook.ada)}, {"id": str(casebook.acme)},
    )  # fmt: skip
    assert (found["held"], found["version"], found["purgeDueAt"] > found["deletedAt"]) == (False, 2, True)
    assert await listed(casebook, casebook.officer(casebook.north)) == []
    assert await listed(casebook, bob(casebook), companies=[str(casebook.north)]) == []
    stored = (await casebook.changes(incident["id"]))[-1]
    assert stored.changes["delete_reason"] == [None, "Entered twice"]


async def test_the_list_goes_on_page_by_page(casebook: Casebook) -> None:
    incidents = [await gone(casebook) for _ in range(3)]

    first = (await casebook.service.data(DELETED, ada(casebook), first=2))["deletedIncidents"]
    after = first["pageInfo"]["endCursor"]
    rest = (await casebook.service.data(DELETED, ada(casebook), first=2, after=after))["deletedIncidents"]

    nodes = first["nodes"] + rest["nodes"]
    assert [each["id"] for each in nodes] == [each["id"] for each in reversed(incidents)]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


async def test_restoring_brings_it_back_everywhere_with_its_history_and_events(casebook: Casebook) -> None:
    incident = await gone(casebook)

    restored = await casebook.change(RESTORE, bob(casebook), id=incident["id"], expectedVersion=2)

    assert (restored["version"], restored["title"]) == (3, incident["title"])
    assert await seen(casebook, incident, casebook.reader(casebook.acme)) == EVERY_WAY
    assert await listed(casebook, ada(casebook)) == []
    assert [each.operation for each in await casebook.changes(incident["id"])] == ["REGISTERED", "DELETED", "RESTORED"]
    assert [kind for _, kind in await casebook.kinds_of_events(incident["id"])] == [
        "incident.registered.v1", "incident.deleted.v1", "incident.restored.v1",
    ]  # fmt: skip
    assert (await check_histories(casebook.service.database)).ok


async def test_only_what_is_deleted_is_restored_by_who_may_delete(casebook: Casebook) -> None:
    incident, present = await gone(casebook), await casebook.register(ada(casebook))
    keeper = casebook.officer(casebook.acme, without=["delete"])

    async with casebook.unchanged():
        for actor, id in (
            (ada(casebook), present["id"]), (ada(casebook), str(uuid4())),
            (keeper, incident["id"]), (casebook.officer(casebook.north), incident["id"]),
        ):  # fmt: skip
            payload = await casebook.try_to(RESTORE, actor, id=id)
            assert [(error["code"], error["field"]) for error in payload["errors"]] == [("NOT_FOUND", ["id"])]
        stale = await casebook.try_to(RESTORE, ada(casebook), id=incident["id"], expectedVersion=1)
        long = await casebook.try_to(DELETE, ada(casebook), id=present["id"], reason="x" * 2001)
    assert [error["code"] for error in stale["errors"]] == ["CONFLICT"]
    assert [(error["code"], error["field"]) for error in long["errors"]] == [("INVALID", ["reason"])]
    assert (await casebook.service.graph(DELETED, keeper))["data"]["deletedIncidents"]["nodes"] == []


async def test_a_restricted_one_is_listed_and_restored_by_its_members_only(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.change(SHOW, ada(casebook), id=incident["id"], visibility="RESTRICTED")
    await casebook.try_to(DELETE, ada(casebook), id=incident["id"])

    async with casebook.unchanged():
        for actor in others(casebook):
            assert await listed(casebook, actor) == []
            assert (await casebook.try_to(RESTORE, actor, id=incident["id"]))["errors"][0]["code"] == "NOT_FOUND"
    assert [each["id"] for each in await listed(casebook, ada(casebook))] == [incident["id"]]
    await casebook.change(RESTORE, ada(casebook), id=incident["id"])


@pytest.mark.parametrize("visibility", ["COMPANY", "RESTRICTED"])
async def test_after_its_time_nothing_is_left_but_an_empty_row_and_that_it_was_done(
    casebook: Casebook, postgres_server: PostgresServer, visibility: str
) -> None:
    told: Json = {"description": "What happened", "tags": ["secret"], "visibility": visibility}
    source = {"system": "siem", "externalId": "4711"}
    incident = await with_everything(casebook, **told, source=source, idempotencyKey="once")
    await casebook.try_to(DELETE, ada(casebook), id=incident["id"], reason="Done with")
    before = await casebook.row(incident["id"])
    await age(casebook, incident)
    assert (await rows_about(casebook, incident)).keys() == tables_about_incidents().keys()

    assert await purge_incidents(casebook.service.database, YEAR) == [incident["reference"]]

    row = await casebook.row(incident["id"])
    assert (row.reference, row.purged_at is None) == (incident["reference"], False)
    assert (row.sequence, row.version) == (before.sequence + 1, before.version + 1)
    emptied = (row.title, row.description, row.tags, row.responsible_id, row.registration_key, row.delete_reason)
    assert emptied == ("", None, [], None, None, None)
    assert await numbers_about(casebook, incident) == {"incident_change": 1}
    async with casebook.service.database.work(SYSTEM) as work:
        assert (await work.session.scalars(select(SourceRow))).all() == []
        assert (await work.session.scalars(select(LinkRow))).all() == []
        assert (await work.session.scalars(select(IndicatorRow))).all() == []
    async with postgres_server.session("test_incidents") as session:
        assert await session.fetch("SELECT 1 FROM incident_search WHERE incident_id = $1", UUID(incident["id"])) == []
    (entry,) = await casebook.changes(incident["id"])
    assert (entry.operation, entry.sequence, entry.previous) == ("PURGED", row.sequence, before.history_hash)
    assert (await casebook.kinds_of_events(incident["id"]))[-1] == (row.sequence, "incident.purged.v1")
    assert (await check_histories(casebook.service.database)).ok
    assert await seen(casebook, incident, ada(casebook)) == set()
    assert await listed(casebook, ada(casebook)) == []
    assert (await casebook.try_to(RESTORE, ada(casebook), id=incident["id"]))["errors"][0]["code"] == "NOT_FOUND"
    assert (await casebook.register(ada(casebook)))["reference"].endswith("000003")
    again = await casebook.try_to(REGISTER, ada(casebook), title="Again", source=source)
    assert (again["errors"], again["incident"]["reference"][-6:]) == ([], "000004")


async def test_what_is_not_due_held_or_not_deleted_stays(casebook: Casebook) -> None:
    fresh, held, present = await gone(casebook), await gone(casebook), await casebook.register(ada(casebook))
    payload = await casebook.try_to(HOLD, bob(casebook), id=held["id"], held=True, expectedVersion=2)
    assert (payload["held"], payload["version"], payload["incident"]) == (True, 3, None)
    await age(casebook, held)
    await age(casebook, fresh, days=364)

    async with casebook.unchanged():
        assert await due_incidents(casebook.service.database, YEAR) == []
        assert await purge_incidents(casebook.service.database, YEAR) == []
        again = await casebook.try_to(HOLD, bob(casebook), id=held["id"], held=True)
    assert (again["version"], again["errors"]) == (3, [])

    kept = await casebook.try_to(HOLD, bob(casebook), id=present["id"], held=True)
    assert kept["incident"] == {"held": True}
    await casebook.try_to(HOLD, bob(casebook), id=held["id"], held=False)
    assert await purge_incidents(casebook.service.database, YEAR) == [held["reference"]]


async def test_holding_takes_the_right_to_delete(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    async with casebook.unchanged():
        for actor, code in (
            (casebook.officer(casebook.acme, without=["delete"]), "DENIED"),
            (casebook.officer(casebook.north), "NOT_FOUND"),
        ):
            payload = await casebook.try_to(HOLD, actor, id=incident["id"], held=True)
            assert [(error["code"], error["field"]) for error in payload["errors"]] == [(code, ["id"])]


async def test_a_dry_run_tells_what_would_be_purged_and_changes_nothing(casebook: Casebook) -> None:
    first, second = await gone(casebook), await gone(casebook)
    await age(casebook, second, days=500)
    await age(casebook, first)

    async with casebook.unchanged():
        due = await due_incidents(casebook.service.database, YEAR)

    assert due == [second["reference"], first["reference"]]


async def test_several_who_purge_at_once_purge_each_once(casebook: Casebook) -> None:
    incidents = [await gone(casebook) for _ in range(4)]
    await age(casebook, *incidents)

    found = await asyncio.gather(*(purge_incidents(casebook.service.database, YEAR) for _ in range(3)))

    assert sorted(each for some in found for each in some) == sorted(each["reference"] for each in incidents)


async def test_who_is_stopped_in_between_has_done_some_wholly_and_the_next_does_the_rest(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    incidents = [await gone(casebook) for _ in range(3)]
    await age(casebook, *incidents)
    real, done = new_entry, []

    def stumbling(*given: Any, **more: Any) -> Any:
        done.append(1)
        if len(done) == 2:
            raise asyncio.CancelledError
        return real(*given, **more)

    monkeypatch.setattr(purging, "new_entry", stumbling)
    with pytest.raises(asyncio.CancelledError):
        await purge_incidents(casebook.service.database, YEAR)

    whole = [await numbers_about(casebook, each) for each in incidents]
    assert sorted(each.get("status_interval", 0) for each in whole) == [0, 1, 1]
    assert len(await purge_incidents(casebook.service.database, YEAR)) == 2
    assert (await check_histories(casebook.service.database)).ok


async def test_one_that_cannot_be_purged_stands_in_no_other_ones_way(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    incidents = [await gone(casebook) for _ in range(3)]
    await age(casebook, *incidents)
    real, stuck = new_entry, UUID(incidents[0]["id"])

    def stumbling(incident: IncidentRow, *given: Any, **more: Any) -> Any:
        if incident.id == stuck:
            raise RuntimeError("no way")
        return real(incident, *given, **more)

    monkeypatch.setattr(purging, "new_entry", stumbling)
    assert await purge_incidents(casebook.service.database, YEAR) == [each["reference"] for each in incidents[1:]]
    assert (await casebook.row(stuck)).purged_at is None
    monkeypatch.undo()
    assert await purge_incidents(casebook.service.database, YEAR) == [incidents[0]["reference"]]


async def test_when_it_is_due_the_clock_of_the_database_says(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fast(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(days=1_000)

    monkeypatch.setattr(purging, "datetime", Fast)
    await gone(casebook)

    assert await due_incidents(casebook.service.database, YEAR) == []


async def test_the_database_itself_purges_nothing_that_is_not_due(casebook: Casebook) -> None:
    present, fresh, held = await casebook.register(ada(casebook)), await gone(casebook), await gone(casebook)
    await casebook.try_to(HOLD, ada(casebook), id=held["id"], held=True)
    await age(casebook, held)
    async with casebook.unchanged():
        for incident in (present, fresh, held):
            with pytest.raises(DBAPIError, match="is not due to be purged"):
                async with casebook.service.database.work(SYSTEM) as work:
                    await remove_parts(UUID(incident["id"]), work.session)
        with pytest.raises(DBAPIError, match="permission denied"):
            async with casebook.service.database.work(SYSTEM) as work:
                await work.session.execute(text("DELETE FROM incident_change"))


async def test_a_purged_history_that_was_altered_is_found(casebook: Casebook) -> None:
    incident = await gone(casebook)
    await age(casebook, incident)
    await purge_incidents(casebook.service.database, YEAR)

    async with casebook.service.database.work(SYSTEM) as work:
        row = await work.session.get_one(IncidentRow, UUID(incident["id"]))
        row.history_hash = b"\0" * 32

    assert not (await check_histories(casebook.service.database)).ok
