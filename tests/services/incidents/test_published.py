"""What other services learn of incidents by asking."""

from uuid import UUID, uuid4

import pytest

from chassis.errors import Fault
from services.files.persistence.rows import IncidentRef as RefOfFiles
from services.notifications.persistence.rows import IncidentRef as RefOfNotifications
from tests.support.casebook import DELETE, EDIT, Casebook
from tests.support.services import Json


async def test_a_look_up_tells_those_that_are_there(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    assigned = await casebook.register(officer, responsibleId=str(casebook.ada))
    deleted = await casebook.register(officer)
    await casebook.try_to(DELETE, officer, id=deleted["id"])

    asked = {"ids": [assigned["id"], deleted["id"], str(uuid4())]}
    found = await casebook.service.ask("lookups/incident", asked, caller="files")

    base = {"company_id": str(casebook.acme), "restricted": False, "member_ids": [], "held": False}
    assert sorted(found, key=lambda row: str(row["reference"])) == [
        base
        | {"id": assigned["id"], "version": 1, "reference": assigned["reference"]}
        | {"responsible_id": str(casebook.ada), "deleted": False},
        base
        | {"id": deleted["id"], "version": 2, "reference": deleted["reference"]}
        | {"responsible_id": None, "deleted": True},
    ]


async def test_its_version_is_the_sequence_of_its_events(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.change(
        EDIT, officer, id=incident["id"], expectedVersion=1, title="New", responsibleId=str(casebook.ada)
    )

    (found,) = await casebook.service.ask("lookups/incident", {"ids": [incident["id"]]}, caller="notifications")

    assert found["version"] == (await casebook.kinds_of_events(incident["id"]))[-1][0] == 3


async def test_snapshots_go_through_every_company_page_by_page(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme, casebook.north)
    made = [(await casebook.register(officer, company={"code": code}))["id"] for code in ("ACME", "NORTH") * 3]

    pages: list[list[Json]] = []
    after = None
    while not pages or pages[-1]:
        pages.append(await casebook.service.ask("snapshots/incident", {"after": after, "limit": 4}, caller="files"))
        after = pages[-1][-1]["id"] if pages[-1] else None

    assert [len(page) for page in pages] == [4, 2, 0]
    assert [row["id"] for page in pages for row in page] == sorted(made, key=UUID)


@pytest.mark.parametrize("reads", [RefOfFiles, RefOfNotifications])
async def test_the_rows_carry_what_their_readers_keep(
    casebook: Casebook, reads: type[RefOfFiles | RefOfNotifications]
) -> None:
    await casebook.register(casebook.officer(casebook.acme))

    (found,) = await casebook.service.ask("snapshots/incident", {}, caller="files")

    assert {column.name for column in reads.__table__.columns} <= found.keys()


@pytest.mark.parametrize("question", ["lookups/incident", "snapshots/incident"])
@pytest.mark.parametrize("caller", ["gateway", "access", "directories", "incidents"])
async def test_nobody_else_is_answered(casebook: Casebook, question: str, caller: str) -> None:
    with pytest.raises(Fault, match="403"):
        await casebook.service.ask(question, {}, caller=caller)
