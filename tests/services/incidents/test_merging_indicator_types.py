"""Types of indicators that are merged: nothing said of a value in both is lost, and histories tell what changed."""

import asyncio
from typing import Any
from uuid import UUID

from sqlalchemy import select

from deploy.local.postgres import PostgresServer
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow
from services.incidents.persistence.indicators import lock_company
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, Casebook
from tests.support.indicators import add, shown
from tests.support.restricted import ada, bob
from tests.support.services import SYSTEM, Json
from tests.support.waiting import until_waiting

SITE, DOMAIN = {"code": "x-site"}, {"code": "domain-name"}


async def merge(casebook: Casebook) -> None:
    """The company's own type into that of domains."""
    into = str(casebook.id_of("domain-name"))
    casebook.alter("x-site", active=False, merged_into_id=into)
    told = {"entry_id": str(casebook.id_of("x-site")), "into_id": into, "kind": "indicator_type"}
    await casebook.hear("directories", "directory.entry_merged.v1", **told)


async def typed(casebook: Casebook) -> None:
    casebook.directories.rows["directory_entry"].append(casebook.add("indicator_type", "x-site"))
    await casebook.hear("directories", "directory.entry_changed.v1", entry_id=str(casebook.id_of("x-site")))


async def nodes(casebook: Casebook, incident: Json) -> list[Json]:
    found: list[Json] = (await shown(casebook, incident, ada(casebook)))["indicators"]["nodes"]
    return found


async def kept(casebook: Casebook) -> list[tuple[str, str]]:
    """Type and form of all there are; links tell the same of what they lead to."""
    async with casebook.service.database.read(SYSTEM) as session:
        link = IncidentIndicatorRow
        joined = select(link, IndicatorRow).join(IndicatorRow, IndicatorRow.id == link.indicator_id)
        for its, indicator in await session.execute(joined):
            assert (its.type_id, its.digest) == (indicator.type_id, indicator.digest)
        rows = await session.scalars(select(IndicatorRow).order_by(IndicatorRow.form))
        return [(row.type_code, row.form) for row in rows]


async def test_what_only_changes_its_type_takes_its_form_and_nobody_is_told(casebook: Casebook) -> None:
    await typed(casebook)
    incident, other = [await casebook.register(ada(casebook)) for _ in range(2)]
    await add(casebook, ada(casebook), incident, "EVIL[.]example.", "Gate 3", type=SITE)
    await add(casebook, ada(casebook), other, "Evil[.]example.", type=SITE)
    before = len(await casebook.changes(incident["id"]))

    await merge(casebook)

    assert await kept(casebook) == [("domain-name", "evil.example"), ("domain-name", "gate 3")]
    assert [each["indicator"]["value"] for each in await nodes(casebook, incident)] == ["EVIL[.]example.", "Gate 3"]
    assert len(await casebook.changes(incident["id"])) == before
    (again,) = await add(casebook, bob(casebook), await casebook.register(bob(casebook)), "evil.example")
    assert again["indicator"]["id"] == (await nodes(casebook, incident))[0]["indicator"]["id"]


async def test_the_same_in_both_becomes_one_with_the_stricter_marking_and_all_that_was_said(casebook: Casebook) -> None:
    await typed(casebook)
    both, old, gone = [await casebook.register(ada(casebook)) for _ in range(3)]
    said = {"tlp": "RED", "description": "Command", "confidence": 80, "role": "INFRA", "note": "Seen twice"}
    (twin,) = await add(casebook, ada(casebook), both, "evil[.]example", type=SITE, **said)
    (stays,) = await add(casebook, ada(casebook), both, "evil.example", tlp="GREEN", confidence=10, tags=["c2"])
    (moved,) = await add(casebook, ada(casebook), old, "evil[.]example", type=SITE)
    await add(casebook, ada(casebook), gone, "evil[.]example", type=SITE)
    await casebook.try_to(DELETE, ada(casebook), id=gone["id"])

    await merge(casebook)

    assert await kept(casebook) == [("domain-name", "evil.example")] * 2  # one is the deleted incident's own
    (left,) = await nodes(casebook, both)
    assert (left["id"], left["role"], left["note"]) == (stays["id"], "INFRA", "Seen twice")
    found = left["indicator"]
    assert (found["id"], found["tlp"], found["description"], found["confidence"], found["tags"]) == (
        stays["indicator"]["id"], "RED", "Command", 10, ["c2"],
    )  # fmt: skip
    assert [each["indicator"] for each in await nodes(casebook, old)] == [found]
    told = [
        [(each.operation, str(each.part_id), each.changes, each.actor_kind, each.permission) for each in entries[-2:]]
        for entries in (await casebook.changes(both["id"]), (await casebook.changes(old["id"]))[-1:])
    ]
    changed = {"tlp": ["GREEN", "RED"], "description": [None, "Command"]}
    by: Any = ("system", None)
    assert told == [
        [
            ("REMOVED", twin["id"], {"type": ["x-site", None], "value": ["evil[.]example", None]}, *by),
            ("EDITED", stays["id"], changed | {"role": ["UNKNOWN", "INFRA"], "note": [None, "Seen twice"]}, *by),
        ],
        [("EDITED", moved["id"], {"type": ["x-site", "domain-name"]} | changed, *by)],
    ]
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_it_waits_for_who_changes_an_incident_and_keeps_nobody_waiting_in_a_circle(
    casebook: Casebook, postgres_server: PostgresServer
) -> None:
    await typed(casebook)
    incident = await casebook.register(ada(casebook))
    await add(casebook, ada(casebook), incident, "evil[.]example", type=SITE)
    await add(casebook, ada(casebook), incident, "evil.example")

    async with casebook.service.database.work(SYSTEM) as adding:
        await Incidents(adding.session, SYSTEM).get(UUID(incident["id"]), lock=True)
        merging = asyncio.create_task(merge(casebook))
        await until_waiting(1, "test_incidents", postgres_server)
        await lock_company(casebook.acme, adding.session)
    await merging

    assert await kept(casebook) == [("domain-name", "evil.example")]


async def test_merging_a_type_that_nobody_used_changes_nothing(casebook: Casebook) -> None:
    await typed(casebook)
    incident = await casebook.register(ada(casebook))
    await add(casebook, ada(casebook), incident, "evil.example")

    async with casebook.unchanged():
        await merge(casebook)
