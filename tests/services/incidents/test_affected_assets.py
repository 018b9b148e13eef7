from typing import Final
from uuid import uuid4

import pytest

from services.incidents.domain.assets import MOST_ASSETS
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, Casebook
from tests.support.restricted import ada, bob
from tests.support.services import Json, user

_ASSET: Final = "id kind name site { id } user { id } compromise note version"
_PAYLOAD: Final = f"{{ asset {{ {_ASSET} }} removedId errors {{ code message field }} }}"
ADD: Final = f"mutation ($input: AddIncidentAssetInput!) {{ addIncidentAsset(input: $input) {_PAYLOAD} }}"
EDIT: Final = f"mutation ($input: EditIncidentAssetInput!) {{ editIncidentAsset(input: $input) {_PAYLOAD} }}"
REMOVE: Final = f"mutation ($input: RemoveIncidentAssetInput!) {{ removeIncidentAsset(input: $input) {_PAYLOAD} }}"
SHOWN: Final = f"""query ($id: ID!, $first: Int!, $after: String) {{ incident(id: $id) {{
    affectedAssets(first: $first, after: $after) {{
        nodes {{ {_ASSET} }} totalCount pageInfo {{ hasNextPage endCursor }} }} }} }}"""
NAMED: Final = "query ($filter: IncidentFilter) { incidents(filter: $filter) { nodes { id } totalCount } }"


async def add(casebook: Casebook, incident: Json, **given: object) -> Json:
    payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], **given)
    assert payload["errors"] == []
    found: Json = payload["asset"]
    return found


async def test_assets_are_named_or_referred_to_and_moved_with_history(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))

    server = await add(casebook, incident, name=" Mail  server ", compromise="SUSPECTED", note="Behind the proxy")
    site = await add(casebook, incident, kind="SITE", siteId=str(casebook.hall))
    person = await add(casebook, incident, kind="PERSON", userId=str(casebook.bob), name="Bob, at the gate")
    edited = await casebook.try_to(EDIT, ada(casebook), id=server["id"], expectedVersion=1, compromise="CONFIRMED")
    same = await casebook.try_to(EDIT, ada(casebook), id=server["id"], expectedVersion=2, name="Mail server")
    removed = await casebook.try_to(REMOVE, ada(casebook), id=site["id"])

    assert (server["kind"], server["name"], server["compromise"], server["version"]) == (
        "SYSTEM", "Mail server", "SUSPECTED", 1,
    )  # fmt: skip
    assert (site["site"], site["name"], person["user"]) == (
        {"id": str(casebook.hall)}, None, {"id": str(casebook.bob)},
    )  # fmt: skip
    assert edited["asset"] == same["asset"] == server | {"compromise": "CONFIRMED", "version": 2}
    assert removed == {"asset": None, "removedId": site["id"], "errors": []}
    changes = await casebook.changes(incident["id"])
    assert [(each.operation, each.part_type, each.changes) for each in changes[1:]] == [
        ("ADDED", "ASSET", {"kind": [None, "SYSTEM"], "name": [None, "Mail server"],
                            "compromise": [None, "SUSPECTED"], "note": [None, "Behind the proxy"]}),
        ("ADDED", "ASSET", {"kind": [None, "SITE"], "site_id": [None, str(casebook.hall)],
                            "compromise": [None, "UNKNOWN"]}),
        ("ADDED", "ASSET", {"kind": [None, "PERSON"], "name": [None, "Bob, at the gate"],
                            "user_id": [None, str(casebook.bob)], "compromise": [None, "UNKNOWN"]}),
        ("EDITED", "ASSET", {"compromise": ["SUSPECTED", "CONFIRMED"]}),
        ("REMOVED", "ASSET", {"kind": ["SITE", None], "site_id": [str(casebook.hall), None],
                              "compromise": ["UNKNOWN", None]}),
    ]  # fmt: skip
    assert [kind for _, kind in await casebook.kinds_of_events(incident["id"])][1:] == ["incident.part_changed.v1"] * 5
    assert (await verify_histories(casebook.service.database)).broken == []


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "INVALID", ["name"]),
        ({"name": "x" * 301}, "INVALID", ["name"]),
        ({"name": "x", "note": "x" * 2_001}, "INVALID", ["note"]),
        ({"name": "x", "siteId": "{site}"}, "INVALID", ["siteId"]),
        ({"kind": "SITE", "siteId": "{foreign site}"}, "NOT_FOUND", ["siteId"]),
        ({"kind": "SITE", "siteId": "{nothing}"}, "NOT_FOUND", ["siteId"]),
        ({"kind": "PERSON", "userId": "{foreign user}"}, "NOT_FOUND", ["userId"]),
        ({"kind": "PERSON", "userId": "{nothing}"}, "NOT_FOUND", ["userId"]),
        ({"kind": "SYSTEM", "userId": "{user}", "name": "x"}, "INVALID", ["userId"]),
        ({"kind": "SITE", "siteId": "no id"}, "INVALID", ["siteId"]),
    ],
)
async def test_what_breaks_a_rule_is_refused_beside_its_field(
    casebook: Casebook, given: Json, code: str, field: list[str]
) -> None:
    incident = await casebook.register(ada(casebook))
    asset = await add(casebook, incident, name="Known")
    known = {"{site}": casebook.hall, "{foreign site}": casebook.plant, "{nothing}": uuid4(),
             "{user}": casebook.bob, "{foreign user}": casebook.nora}  # fmt: skip
    values = {name: str(known.get(value, value)) for name, value in given.items()}

    async with casebook.unchanged():
        added = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], **values)
        edited = await casebook.try_to(
            EDIT, ada(casebook), id=asset["id"], expectedVersion=1, **{"name": None, **values}
        )

    for payload in (added, edited):
        assert [(each["code"], each["field"]) for each in payload["errors"]] == [(code, field)]


@pytest.mark.parametrize("where", ["foreign", "absent", "deleted", "restricted"])
async def test_of_what_is_out_of_sight_nothing_is_said_or_changed(casebook: Casebook, where: str) -> None:
    boss = casebook.supervisor(casebook.acme, casebook.north)
    more = {"visibility": "RESTRICTED"} if where == "restricted" else {}
    incident = await casebook.register(boss, company={"code": "NORTH" if where == "foreign" else "ACME"}, **more)
    asset = (await casebook.try_to(ADD, boss, incidentId=incident["id"], name="Vault"))["asset"]
    if where == "deleted":
        await casebook.try_to(DELETE, boss, id=incident["id"])
    named = (str(uuid4()), str(uuid4())) if where == "absent" else (incident["id"], asset["id"])

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(ADD, bob(casebook), incidentId=named[0], name="Vault"),
            await casebook.try_to(EDIT, bob(casebook), id=named[1], expectedVersion=7, name="Mine"),
            await casebook.try_to(REMOVE, bob(casebook), id=named[1], expectedVersion=7),
        ]

    assert [[(each["code"], each["field"]) for each in answer["errors"]] for answer in answers] == [
        [("NOT_FOUND", ["incidentId"])], [("NOT_FOUND", ["id"])], [("NOT_FOUND", ["id"])],
    ]  # fmt: skip
    if where != "absent":
        page = await casebook.service.data(NAMED, bob(casebook), filter={"assetNames": ["vault"]})
        assert page["incidents"] == {"nodes": [], "totalCount": 0}


async def test_who_may_only_look_changes_nothing_and_stale_versions_get_what_is_there(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    asset = await add(casebook, incident, name="Vault")
    reader = user({"incident.view": [casebook.acme], "incident.edit": [casebook.north]})

    async with casebook.unchanged():
        denied = [
            await casebook.try_to(ADD, reader, incidentId=incident["id"], name="Vault"),
            await casebook.try_to(EDIT, reader, id=asset["id"], expectedVersion=1, name="Mine"),
            await casebook.try_to(REMOVE, reader, id=asset["id"]),
        ]
        stale = [
            await casebook.try_to(EDIT, ada(casebook), id=asset["id"], expectedVersion=2, name="Mine"),
            await casebook.try_to(REMOVE, ada(casebook), id=asset["id"], expectedVersion=2),
        ]

    assert [answer["errors"][0]["code"] for answer in denied] == ["DENIED"] * 3
    assert [(answer["errors"][0]["code"], answer["asset"]) for answer in stale] == [("CONFLICT", asset)] * 2


async def test_incidents_are_found_by_the_names_of_what_they_affect(casebook: Casebook) -> None:
    one, two, three = [await casebook.register(ada(casebook)) for _ in range(3)]
    await add(casebook, one, name="Mail Server")
    await add(casebook, two, name="mail server")
    await add(casebook, three, name="Vault")

    page = await casebook.service.data(NAMED, bob(casebook), filter={"assetNames": ["MAIL  SERVER", "\x00"]})
    assert page["incidents"] == {"nodes": [{"id": two["id"]}, {"id": one["id"]}], "totalCount": 2}
    too_many = await casebook.service.graph(NAMED, bob(casebook), filter={"assetNames": ["x"] * 101})
    assert too_many["errors"][0]["extensions"]["code"] == "INVALID"


async def test_lists_are_paged_and_cost_one_statement_for_many_incidents(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook)) for _ in range(3)]
    made = [await add(casebook, incident, name=f"Host {number}") for incident in incidents for number in range(3)]
    first = await casebook.service.data(SHOWN, bob(casebook), id=incidents[0]["id"], first=2)
    page = first["incident"]["affectedAssets"]
    after = page["pageInfo"]["endCursor"]
    second = await casebook.service.data(SHOWN, bob(casebook), id=incidents[0]["id"], first=2, after=after)
    rest = second["incident"]["affectedAssets"]

    assert ([*page["nodes"], *rest["nodes"]], page["totalCount"]) == (made[:3], 3)
    assert (page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    with casebook.service.statements() as statements:
        found = await casebook.service.entities(
            "Incident", [each["id"] for each in incidents], "affectedAssets { nodes { id } totalCount }", bob(casebook)
        )
    assert [each["affectedAssets"]["totalCount"] for each in found] == [3] * 3
    assert len(statements) == 3


async def test_an_incident_has_at_most_five_hundred(casebook: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_ASSETS == 500
    monkeypatch.setattr("services.incidents.usecases.add_incident_asset.MOST_ASSETS", 2)
    incident = await casebook.register(ada(casebook))
    for name in ("One", "Two"):
        await add(casebook, incident, name=name)

    async with casebook.unchanged():
        payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], name="Three")

    assert [(each["code"], each["field"]) for each in payload["errors"]] == [("INVALID", ["incidentId"])]
