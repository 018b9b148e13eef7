"""What other registries of incidents got wrong, each as a rule that holds here, tried on the whole registry.

The officer works for NORTH and STEPPE, the reader looks at STEPPE, the administrator may do everything everywhere.
"""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
import pytest
from graphql import get_named_type, get_nullable_type, is_list_type
from sqlalchemy import select

from chassis.access import Actor
from chassis.auth import CONTEXT_HEADER, SUBGRAPHS
from chassis.context import to_claims
from chassis.tables import EventRow
from deploy.local.all_in_one import AllInOne
from gateway.supergraph import read_supergraph
from tests.support.services import SYSTEM, signer, user

SUPERGRAPH: Final = Path(__file__).parents[2] / "gateway" / "supergraph.graphql"
CATEGORIES: Final = ("NEW", "TRIAGE", "ACTIVE", "RESOLVED", "REVIEW", "CLOSED", "DECLINED", "MERGED")
ASIDE: Final = ("DECLINED", "MERGED")
MANY: Final = {
    *("Incident", "IncidentComment", "IncidentChange", "File", "IncidentTask", "IncidentActionItem", "IncidentReview"),
    *("IncidentRoleAssignment", "IncidentLink", "IncidentTimelineEntry", "IncidentIndicator", "Indicator"),
    *("AffectedAsset", "IncidentCustomTimestamp", "ProposedIndicator", "MailMessage", "DeletedIncident"),
}
BOUNDED: Final = {
    "Incident.attachments": "as many as may be filed with one",
    "Incident.formerReports": "of these",
    "Incident.deletedFiles": "the 200 deleted last",
    "CompletedUploadsPayload.files": "as many as are completed at once",
    "Incident.customTimestamps": "one of each definition, fifty at most",
    "Company.files": "as many as may be filed with one",
    "Company.deletedFiles": "the 200 deleted last",
    "GuidePage.files": "as many as may be filed with one",
    "GuidePage.deletedFiles": "the 200 deleted last",
    "IncidentMail.messages": "one to each recipient, of whom there are as many as one mail may have",
    "Incident.proposedIndicators": "200 of each of two texts",
    "Incident.messages": "the newest hundred",
    "SharingIncident.indicators": "as many as may stand in one",
    "AddIncidentIndicatorsPayload.indicators": "as many as are added at once",
}
STEPPE: Final = {"company": {"code": "STEPPE"}}
HARBOUR: Final = {"company": {"code": "HARBOUR"}}
_ERRORS: Final = "errors { code message field }"
REGISTER: Final = f"""
mutation ($input: RegisterIncidentInput!) {{
  registerIncident(input: $input) {{ incident {{ id reference version updatedAt company {{ id }} }} {_ERRORS} }} }}
"""
EDIT: Final = f"""
mutation ($input: EditIncidentInput!) {{ editIncident(input: $input) {{ incident {{ id version }} {_ERRORS} }} }}
"""
MOVE: Final = f"""
mutation ($input: ChangeIncidentStatusInput!) {{
  changeIncidentStatus(input: $input) {{ incident {{ statusCategory closedAt reopenCount }} {_ERRORS} }} }}
"""
SAY: Final = f"""
mutation ($input: AddIncidentCommentInput!) {{ addIncidentComment(input: $input) {{ comment {{ id }} {_ERRORS} }} }}
"""
STATUSES: Final = "{ incidentStatuses(includeInactive: true) { code category } }"
ME: Final = "{ me { user { id } } }"
TOTALS: Final = """
{ incidents(first: 1) { totalCount } companies(first: 10) { nodes { code incidents(first: 1) { totalCount } } } }
"""
MAILS: Final = "query ($id: ID!) { incident(id: $id) { messages { recipient { id } } } }"


async def do(caller: Any, mutation: str, **input: Any) -> Any:
    """The payload of what was not refused."""
    ((payload),) = (await caller.ask(mutation, input=input)).values()
    assert payload["errors"] == []
    return payload


async def register(caller: Any, **input: Any) -> Any:
    return (await do(caller, REGISTER, **{"title": "Something happened", **STEPPE, **input}))["incident"]


async def whole(caller: Any, **input: Any) -> Any:
    """Of STEPPE, with all that its gates ask for."""
    found = await caller.ask('{ companies(filter: {codes: ["STEPPE"]}) { nodes { departments { nodes { id } } } } }')
    department = found["companies"]["nodes"][0]["departments"]["nodes"][0]["id"]
    told = {
        "type": {"code": "fraud.phishing"}, "severity": {"code": "low"}, "departmentId": department,
        "responsibleId": await id_of(caller), "actionsTaken": "Blocked", "impact": "None",
        "outcome": {"code": "false-positive"}, "noMeasuresReason": "A drill by somebody else",
    }  # fmt: skip
    return await register(caller, **told, **input)


async def id_of(caller: Any) -> str:
    found: str = (await caller.ask(ME))["me"]["user"]["id"]
    return found


async def status_of(caller: Any, category: str) -> dict[str, str]:
    statuses = (await caller.ask(STATUSES))["incidentStatuses"]
    return {"code": next(status["code"] for status in statuses if status["category"] == category)}


async def events_of(system: AllInOne, incident: str) -> list[EventRow]:
    wanted = select(EventRow).where(EventRow.subject == UUID(incident)).order_by(EventRow.sequence)
    async with system.runtimes["incidents"].database.read(SYSTEM) as session:
        return list(await session.scalars(wanted))


@pytest.mark.parametrize(
    ("service", "kind", "fields"),
    [
        ("incidents", "Incident", "title"),
        ("incidents", "Incident", "comments { nodes { body } }"),
        ("files", "Incident", "attachments { id }"),
        ("notifications", "Incident", "messages { id }"),
    ],
)
async def test_1_who_may_see_a_thing_is_asked_wherever_it_is_looked_up(
    system: AllInOne, system_directory: Path, admin: Any, service: str, kind: str, fields: str
) -> None:
    """Also where only gateways ask: what is shown by an id is decided by the service that has it."""
    incident = await register(admin, responsibleId=await id_of(admin))
    company = UUID(incident["company"]["id"])

    async def look_up(actor: Actor) -> Any:
        query = f"query ($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on {kind} {{ {fields} }} }} }}"
        body = orjson.dumps({"query": query, "variables": {"of": [{"__typename": kind, "id": incident["id"]}]}})
        context = signer("gateway", system_directory / "keys").sign(SUBGRAPHS, to_claims(actor))
        headers = {CONTEXT_HEADER: context, "content-type": "application/json"}
        answer = await system.transport.post(f"http://{service}/graphql", body, headers, timeout=30)
        ((found,),) = orjson.loads(answer.body)["data"].values()
        return found and next(iter(found.values()))

    assert await look_up(user({"incident.view": [company]})) is not None
    assert await look_up(user({"incident.view": [UUID(int=7)]})) is None
    assert await look_up(user({"incident.edit": [company]})) is None


async def test_2_counts_and_histories_are_of_what_one_sees(admin: Any, officer: Any, reader: Any) -> None:
    before = await reader.ask(TOTALS)

    foreign = await register(admin, **HARBOUR)
    hidden = await register(officer, visibility="RESTRICTED")
    assert await reader.ask(TOTALS) == before
    history = "query ($id: ID!) { incident(id: $id) { history { totalCount nodes { operation } } } }"
    for unseen in (foreign, hidden):
        assert await reader.ask(history, id=unseen["id"]) == {"incident": None}

    shown = await register(officer)
    after = await reader.ask(TOTALS)
    assert after["incidents"]["totalCount"] == before["incidents"]["totalCount"] + 1
    assert (await reader.ask(history, id=shown["id"]))["incident"]["history"]["totalCount"] == 1


@pytest.mark.parametrize("category", [each for each in CATEGORIES if each != "CLOSED"])
async def test_3_closing_is_stamped_from_any_category_in_the_same_step(officer: Any, category: str) -> None:
    incident = await whole(officer, status=await status_of(officer, category))

    closed = await do(officer, MOVE, id=incident["id"], status=await status_of(officer, "CLOSED"))

    assert closed["incident"]["closedAt"] is not None
    shown = "query ($id: ID!) { incident(id: $id) { history(first: 1) { nodes { operation changes { field } } } } }"
    (last,) = (await officer.ask(shown, id=incident["id"]))["incident"]["history"]["nodes"]
    changed = {change["field"] for change in last["changes"]}
    assert last["operation"] == "STATUS_CHANGED"
    assert {"status", "statusCategory", "closedAt"} <= changed


async def test_4_lists_come_in_pages_and_no_page_is_endless(admin: Any) -> None:
    found = await admin.ask("{ incidents { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }")
    more = await admin.answer("{ incidents(first: 101) { nodes { id } } }")

    page = found["incidents"]
    assert (len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (20, True)
    assert page["totalCount"] > 20
    assert [(each["extensions"]["code"], each["extensions"]["field"]) for each in more["errors"]] == [
        ("INVALID", ["first"])
    ]


def test_4_whatever_leads_to_incidents_or_what_is_said_of_them_is_a_page() -> None:
    public = read_supergraph(SUPERGRAPH.read_text(encoding="utf-8")).public
    unpaged = {
        f"{name}.{field}"
        for name, kind in public.type_map.items()
        for field, definition in (getattr(kind, "fields", None) or {}).items()
        if get_named_type(definition.type).name in MANY
        and is_list_type(get_nullable_type(definition.type))
        and not name.endswith("Connection")
    }
    assert public.type_map.keys() >= MANY
    assert unpaged == BOUNDED.keys()


async def test_5_a_merged_record_stays_and_is_found_as_ever(officer: Any) -> None:
    incident = await whole(officer)
    await do(officer, SAY, incidentId=incident["id"], body="The same as yesterday")

    await do(officer, MOVE, id=incident["id"], status=await status_of(officer, "MERGED"))

    found = await officer.ask(
        """
        query ($id: ID!, $reference: String!) {
          byId: incident(id: $id) { reference history { totalCount } comments { nodes { body } } }
          byReference: incident(reference: $reference) { id }
          incidents(filter: {statusCategories: [MERGED]}) { nodes { id } }
        }
        """,
        id=incident["id"],
        reference=incident["reference"],
    )
    assert found["byId"]["reference"] == incident["reference"]
    assert found["byId"]["comments"]["nodes"] == [{"body": "The same as yesterday"}]
    assert found["byReference"]["id"] == incident["id"]
    assert incident["id"] in [each["id"] for each in found["incidents"]["nodes"]]
    again = await do(officer, MOVE, id=incident["id"], status=await status_of(officer, "ACTIVE"))
    assert (again["incident"]["statusCategory"], again["incident"]["reopenCount"]) == ("ACTIVE", 1)


async def test_6_what_happens_to_a_part_names_its_incident_and_moves_it_on(system: AllInOne, officer: Any) -> None:
    incident = await register(officer)

    said = await do(officer, SAY, incidentId=incident["id"], body="Seen")

    _, event = await events_of(system, incident["id"])
    assert (event.type, event.company_id) == ("incident.part_changed.v1", UUID(incident["company"]["id"]))
    told = {name: event.data[name] for name in ("incident_id", "reference", "part", "part_id", "operation")}
    assert told == {
        "incident_id": incident["id"], "reference": incident["reference"], "part": "COMMENT",
        "part_id": said["comment"]["id"], "operation": "ADDED",
    }  # fmt: skip
    moved = await officer.ask("query ($id: ID!) { incident(id: $id) { updatedAt } }", id=incident["id"])
    assert moved["incident"]["updatedAt"] > incident["updatedAt"]


async def test_7_nobody_is_told_of_a_restricted_incident_but_those_who_see_it(
    system: AllInOne, admin: Any, officer: Any, reader: Any
) -> None:
    worker, onlooker = await id_of(officer), await id_of(reader)
    incident = await register(admin, visibility="RESTRICTED", responsibleId=worker)

    mails = None
    async with asyncio.timeout(10):
        while not mails:
            mails = ((await officer.ask(MAILS, id=incident["id"]))["incident"] or {}).get("messages")
            await asyncio.sleep(0.05)

    assert mails == [{"recipient": {"id": worker}}]
    assert await reader.ask(MAILS, id=incident["id"]) == {"incident": None}
    mention = {"incidentId": incident["id"], "body": "Look", "mentionIds": [onlooker]}
    refused = (await officer.ask(SAY, input=mention))["addIncidentComment"]["errors"]
    assert [(error["code"], error["field"]) for error in refused] == [("NOT_FOUND", ["mentionIds"])]
    assert all(event.restricted for event in await events_of(system, incident["id"]))


async def test_8_moments_are_kept_in_utc_with_the_clock_that_was_looked_at(officer: Any) -> None:
    incident = await register(officer, occurredAt="2026-03-01T09:30:00+05:00")

    shown = "query ($id: ID!) { incident(id: $id) { occurredAt timestamps { timestamp at offset } } }"
    found = (await officer.ask(shown, id=incident["id"]))["incident"]

    assert found == {
        "occurredAt": "2026-03-01T04:30:00+00:00",
        "timestamps": [{"timestamp": "OCCURRED", "at": "2026-03-01T04:30:00+00:00", "offset": 300}],
    }


async def test_9_every_category_has_a_status_and_can_be_entered_and_left(officer: Any) -> None:
    statuses = (await officer.ask(STATUSES))["incidentStatuses"]
    incident = await whole(officer)

    for before, after in pairwise((*CATEGORIES, "NEW")):
        moved = await do(officer, MOVE, id=incident["id"], status=await status_of(officer, after))
        assert moved["incident"]["statusCategory"] == after, before

    assert {status["category"] for status in statuses} == set(CATEGORIES)


@pytest.mark.parametrize("category", ASIDE)
async def test_9_what_is_declined_or_merged_is_over_and_counted_when_taken_up_again(
    admin: Any, officer: Any, category: str
) -> None:
    """It takes the right to close, is no open incident, and comes back only by being opened again."""
    incident = await whole(officer, **STEPPE)
    limited = {"name": "No closing", "userId": await id_of(admin), "permissions": ["incident.view", "incident.edit"]}
    key = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret errors { code } } }"
    editor = admin.with_key((await do(admin, key, **limited))["secret"])
    aside, active = await status_of(officer, category), await status_of(officer, "ACTIVE")

    async def refused(status: dict[str, str]) -> list[str]:
        payload = (await editor.ask(MOVE, input={"id": incident["id"], "status": status}))["changeIncidentStatus"]
        return [error["code"] for error in payload["errors"]]

    assert await refused(aside) == ["DENIED"]
    await do(officer, MOVE, id=incident["id"], status=aside)
    assert await refused(active) == ["DENIED"]
    opened = await do(officer, MOVE, id=incident["id"], status=active)
    assert (opened["incident"]["statusCategory"], opened["incident"]["reopenCount"]) == ("ACTIVE", 1)
