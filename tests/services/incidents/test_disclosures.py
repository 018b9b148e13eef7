"""What was taken out of an incident is in its history: exports, mails and looks, each once."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.local.checks import check_histories
from services.incidents.usecases.record_disclosure import Disclosing, Disclosure, note_export, record_disclosure
from tests.support.casebook import DELETE, Casebook
from tests.support.restricted import ada
from tests.support.services import Json


async def operations(casebook: Casebook, incident: Json) -> Sequence[tuple[str, str, str | None, Any]]:
    entries = await casebook.changes(incident["id"])
    return [(each.operation, str(each.actor_id), each.permission, each.changes.get("what")) for each in entries[1:]]


async def test_what_is_taken_out_is_written_into_the_history_in_the_name_of_who_did(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    before = await casebook.row(incident["id"])
    for operation in Disclosing:
        told = {
            "key": str(uuid4()), "incident_id": incident["id"], "operation": operation.value, "what": "report.pdf",
            "permission": "incident.view", "actor_id": str(casebook.bob), "actor_kind": "user",
        }  # fmt: skip
        await casebook.service.ask("disclosure", told, caller="files")
    await note_export(incident["reference"], casebook.service.database)
    await note_export("NONE-2026-000001", casebook.service.database)

    by_bob = (str(casebook.bob), "incident.view", [None, "report.pdf"])
    assert await operations(casebook, incident) == [
        ("EXPORT", *by_bob), ("MAIL", *by_bob), ("ACCESS", *by_bob),
        ("EXPORT", str(UUID(int=0)), "operator", [None, "history"]),
    ]  # fmt: skip
    row = await casebook.row(incident["id"])
    assert (row.version, row.updated_at, row.sequence) == (1, before.updated_at, 5)
    assert (await casebook.kinds_of_events(incident["id"]))[1:] == [
        (number, "incident.disclosed.v1") for number in range(2, 6)
    ]
    assert (await check_histories(casebook.service.database)).ok


async def test_what_is_told_again_under_its_key_is_written_once(casebook: Casebook) -> None:
    here, there = [await casebook.register(ada(casebook)) for _ in range(2)]
    told = {
        "key": str(uuid4()), "operation": "MAIL", "what": "letter", "permission": "incident.send_mail",
        "actor_id": str(casebook.bob), "actor_kind": "user",
    }  # fmt: skip

    async def tell(incident: Json, **other: str) -> None:
        asked = {**told, "incident_id": incident["id"], **other}
        await casebook.service.ask("disclosure", asked, caller="notifications")

    await asyncio.gather(*(tell(here) for _ in range(4)))
    await tell(here, what="the same letter, called otherwise")
    await tell(there)
    await tell(here, key=str(uuid4()), what="another letter")

    by_bob = ("MAIL", str(casebook.bob), "incident.send_mail")
    assert await operations(casebook, here) == [(*by_bob, [None, "letter"]), (*by_bob, [None, "another letter"])]
    assert await operations(casebook, there) == [(*by_bob, [None, "letter"])]
    assert (await check_histories(casebook.service.database)).ok


async def test_of_what_is_not_there_nothing_is_written(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.try_to(DELETE, ada(casebook), id=incident["id"])
    told = Disclosure(
        key=uuid4(), incident_id=UUID(incident["id"]),
        operation=Disclosing.MAIL, what="letter", permission="incident.send_mail",
        actor_id=casebook.ada, actor_kind="user",
    )  # fmt: skip
    async with casebook.unchanged():
        with pytest.raises(Exception, match="not found"):
            await record_disclosure(told, casebook.service.database)
