"""Who edits what others have changed since is told both values of each field."""

from typing import Any

from tests.support.casebook import Casebook

EDIT = """
mutation ($input: EditIncidentInput!) { editIncident(input: $input) {
    incident { version title } errors { code field } conflicts { field yours current } } }
"""


async def test_both_values_are_told_where_they_differ(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer, comment="Same", cost={"amount": "1.50", "currency": "EUR"})
    theirs: dict[str, Any] = {"title": "Theirs", "severity": {"code": "low"}, "comment": "Agreed", "tags": ["a"]}
    theirs["priority"] = {"code": "p3"}
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, **theirs)

    async with casebook.unchanged():
        payload = await casebook.try_to(
            EDIT, officer, id=incident["id"], expectedVersion=1, title="Mine", severity={"code": "high"},
            comment="Agreed", tags=["b"], cost={"amount": "2", "currency": "EUR"}, location={"text": "Gate 3"},
            priority={"code": "p1"},
        )  # fmt: skip

    assert payload["incident"] == {"version": 2, "title": "Theirs"}
    assert payload["errors"] == [{"code": "CONFLICT", "field": ["expectedVersion"]}]
    both = {each["field"]: (each["yours"], each["current"]) for each in payload["conflicts"]}
    assert both == {
        "title": ("Mine", "Theirs"),
        "severity": (str(casebook.id_of("high")), str(casebook.id_of("low"))),
        "priority": (str(casebook.id_of("p1")), str(casebook.id_of("p3"))),
        "tags": ('["b"]', '["a"]'),
        "cost.amount": ("2", "1.5000"),
        "location.text": ("Gate 3", None),
    }


async def test_what_cannot_be_compared_is_a_conflict_all_the_same(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, type={"code": "fraud.phishing"})

    payload = await casebook.try_to(
        EDIT, officer, id=incident["id"], expectedVersion=1, classification={"code": "malware"}
    )

    assert [each["code"] for each in payload["errors"]] == ["CONFLICT"]
    assert payload["conflicts"] == []


async def test_an_edit_that_goes_through_has_no_conflicts(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    payload = await casebook.try_to(EDIT, officer, id=incident["id"], expectedVersion=1, title="Mine")

    assert (payload["conflicts"], payload["errors"]) == ([], [])


async def test_what_the_present_version_lets_through_is_repeated_with_it(casebook: Casebook) -> None:
    """Nothing is merged behind an editor's back: who sees that the fields are others repeats the edit."""
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, comment="Theirs")

    refused = await casebook.try_to(EDIT, officer, id=incident["id"], expectedVersion=1, impact="Mine")
    again = await casebook.try_to(
        EDIT, officer, id=incident["id"], expectedVersion=refused["incident"]["version"], impact="Mine"
    )

    assert refused["conflicts"] == [{"field": "impact", "yours": "Mine", "current": None}]
    assert again["errors"] == []
    row = await casebook.row(incident["id"])
    assert (row.comment, row.impact) == ("Theirs", "Mine")
