"""Directory entries in incidents: whose they are, when they may be chosen, and what becomes of merged ones."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.errors import Fault
from chassis.identifiers import uuid7
from tests.support.casebook import EDIT, MOVE, REGISTER, Casebook

ENTRIES = (
    ("classification", "fraud"), ("type", "fraud.phishing"), ("status", "triage"), ("severity", "high"),
    ("priority", "p1"),
)  # fmt: skip


def day(number: int) -> str:
    """So many days from this one."""
    return str(datetime.now(UTC).date() + timedelta(days=number))


async def heard(casebook: Casebook, entry: str, /, **more: Any) -> None:
    casebook.alter(entry, **more)
    await casebook.hear("directories", "directory.entry_changed.v1", entry_id=str(casebook.id_of(entry)), kind="any")


@pytest.mark.parametrize(("field", "code"), ENTRIES)
@pytest.mark.parametrize("by", ["id", "code"])
async def test_the_entry_of_a_foreign_company_is_as_absent_as_one_that_never_was(
    casebook: Casebook, field: str, code: str, by: str
) -> None:
    await heard(casebook, code, company_id=str(casebook.north))
    officer = casebook.officer(casebook.acme)
    foreign = {"id": str(casebook.id_of(code))} if by == "id" else {"code": code}
    absent = {"id": str(uuid7())} if by == "id" else {"code": "never-was"}

    async with casebook.unchanged():
        refused = [
            await casebook.try_to(REGISTER, officer, title="Lost notebook", company={"code": "ACME"}, **{field: named})
            for named in (foreign, absent)
        ]

    assert refused[0] == refused[1]
    assert [(error["code"], error["field"]) for error in refused[0]["errors"]] == [("NOT_FOUND", [field])]


@pytest.mark.parametrize(("field", "code"), ENTRIES)
async def test_the_entry_of_a_company_is_for_its_incidents(casebook: Casebook, field: str, code: str) -> None:
    for each in ("fraud", code):  # a type brings its class along
        await heard(casebook, each, company_id=str(casebook.acme))

    made = await casebook.try_to(
        REGISTER, casebook.officer(casebook.acme), title="Lost notebook", **{field: {"code": code}}
    )

    assert made["errors"] == []
    assert getattr(await casebook.row(made["incident"]["id"]), f"{field}_id") == casebook.id_of(code)


async def test_a_status_of_a_foreign_company_is_no_way_to_move_an_incident(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer, title="Lost notebook")
    await heard(casebook, "triage", company_id=str(casebook.north))

    async with casebook.unchanged():
        for status in ({"code": "triage"}, {"id": str(casebook.id_of("triage"))}):
            moved = await casebook.try_to(MOVE, officer, id=incident["id"], status=status)
            assert [error["code"] for error in moved["errors"]] == ["NOT_FOUND"]


async def test_companies_may_use_one_code_for_entries_of_their_own(casebook: Casebook) -> None:
    await heard(casebook, "high", company_id=str(casebook.north))
    await heard(casebook, "low", company_id=str(casebook.acme), code="high")

    made = {
        company: await casebook.register(casebook.officer(company), title="Lost notebook", severity={"code": "high"})
        for company in (casebook.acme, casebook.north)
    }

    assert (await casebook.row(made[casebook.acme]["id"])).severity_id == casebook.id_of("low")
    assert (await casebook.row(made[casebook.north]["id"])).severity_id == casebook.id_of("high")


@pytest.mark.parametrize(
    ("since", "until", "accepted"), [(0, 0, True), (1, None, False), (None, -1, False), (-1, 1, True)]
)
async def test_an_entry_may_be_chosen_from_its_first_day_to_its_last_and_then_stays(
    casebook: Casebook, since: int | None, until: int | None, accepted: bool
) -> None:
    officer = casebook.officer(casebook.acme)
    before = await casebook.register(officer, title="Lost notebook", severity={"code": "high"})
    days = {"valid_from": since, "valid_to": until}
    await heard(casebook, "high", **{name: n if n is None else day(n) for name, n in days.items()})

    made = await casebook.try_to(REGISTER, officer, title="Lost notebook", severity={"code": "high"})
    same = {"severity": {"code": "high"}, "title": "Lost laptop"}
    edited = await casebook.try_to(EDIT, officer, id=before["id"], expectedVersion=1, **same)

    assert [error["code"] for error in made["errors"]] == ([] if accepted else ["NOT_FOUND"])
    assert edited["errors"] == []


async def merge(casebook: Casebook, kind: str, old: str, new: str) -> None:
    casebook.alter(old, active=False, merged_into_id=str(casebook.id_of(new)))
    told = {"entry_id": str(casebook.id_of(old)), "into_id": str(casebook.id_of(new)), "kind": kind}
    await casebook.hear("directories", "directory.entry_merged.v1", **told)


async def test_incidents_follow_a_merged_type_with_its_class_and_nobody_is_told(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer, title="Lost notebook", type={"code": "fraud.phishing"})
    other = await casebook.register(officer, title="Lost laptop", type={"code": "malware.worm"})
    events = len(await casebook.service.events())

    await merge(casebook, "incident_type", "fraud.phishing", "malware.worm")

    for each in (incident, other):
        found = await casebook.row(each["id"])
        assert (found.type_id, found.classification_id) == (casebook.id_of("malware.worm"), casebook.id_of("malware"))
        assert (found.version, found.sequence) == (1, 1)
    assert len(await casebook.service.events()) == events


async def test_incidents_follow_a_merged_priority_and_it_is_counted(casebook: Casebook) -> None:
    incident = await casebook.register(casebook.officer(casebook.acme), title="Lost notebook", priority={"code": "p1"})

    await merge(casebook, "priority", "p1", "p3")

    left = casebook.id_of("p3")
    assert (await casebook.row(incident["id"])).priority_id == left
    asked = {"entry_ids": [str(left)], "company_ids": None}
    assert await casebook.service.ask("directory-usage", asked, caller="directories") == {str(left): 1}


async def test_who_still_names_a_merged_entry_means_the_one_that_is_left(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    await merge(casebook, "severity", "low", "high")

    olds: list[dict[str, str]] = [{"code": "low"}, {"id": str(casebook.id_of("low"))}]
    for number, old in enumerate(olds, start=1):
        made = await casebook.register(officer, title="Lost notebook", severity=old)
        assert (await casebook.row(made["id"])).severity_id == casebook.id_of("high")
        query = "query ($of: [Reference!]) { incidents(filter: {severities: $of}) { totalCount } }"
        found = await casebook.service.data(query, officer, of=[old])
        assert found["incidents"]["totalCount"] == number


async def test_usage_is_counted_by_company_without_what_is_restricted_or_deleted(casebook: Casebook) -> None:
    both = casebook.officer(casebook.acme, casebook.north)
    for company, visibility in (("ACME", "COMPANY"), ("ACME", "RESTRICTED"), ("NORTH", "COMPANY")):
        await casebook.register(
            both, title="Lost notebook", company={"code": company}, severity={"code": "high"}, visibility=visibility
        )
    high, low = str(casebook.id_of("high")), str(casebook.id_of("low"))

    async def used(*companies: UUID, everywhere: bool = False) -> Any:
        named = None if everywhere else [str(each) for each in companies]
        asked = {"entry_ids": [high, low], "company_ids": named}
        return await casebook.service.ask("directory-usage", asked, caller="directories")

    assert await used(casebook.acme) == {high: 1}
    assert await used(everywhere=True) == {high: 2}
    assert await used() == {}
    with pytest.raises(Fault, match="answered 403"):
        await casebook.service.ask("directory-usage", {"entry_ids": [], "company_ids": None}, caller="files")
