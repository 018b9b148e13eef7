"""What a text proposes, and the types that one may choose."""

from tests.support.casebook import Casebook
from tests.support.indicators import ADD, PROPOSED, add, kept, shown
from tests.support.restricted import ada, bob


async def test_proposals_are_what_the_text_has_and_the_incident_has_not(casebook: Casebook) -> None:
    typed = "  hxxp://evil[.]example\r\n\tand 198.51.100.7, bad.example CVE-2021-44228 HKLM\\Run  "
    incident = await casebook.register(
        ada(casebook), indicatorsText=typed, description="See evil[.]org and bad.example"
    )
    await add(casebook, ada(casebook), incident, "198.51.100.7")

    told = (await casebook.service.data(PROPOSED, bob(casebook), id=incident["id"]))["incident"]
    more = (await casebook.service.data(PROPOSED, bob(casebook), id=incident["id"], more=True))["incident"]

    assert told["indicatorsText"] == typed
    found = told["proposedIndicators"]
    assert [(each["value"], each["valueNormalized"]) for each in found] == [
        ("hxxp://evil[.]example", "http://evil.example/"), ("bad.example", "bad.example"),
        ("CVE-2021-44228", "CVE-2021-44228"),
    ]  # fmt: skip
    assert [typed[each["start"] : each["end"]] for each in found] == [each["value"] for each in found]
    assert [each["value"] for each in more["proposedIndicators"]] == [*(each["value"] for each in found), "evil[.]org"]
    assert [each["field"] for each in more["proposedIndicators"]] == ["indicatorsText"] * 3 + ["description"]
    taken = [{"value": each["value"], "type": {"id": each["type"]["id"]}} for each in found]
    payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], indicators=taken)
    assert payload["errors"] == []
    assert (await casebook.service.data(PROPOSED, bob(casebook), id=incident["id"]))["incident"] == {
        "indicatorsText": typed, "proposedIndicators": [],
    }  # fmt: skip


async def test_types_nobody_may_choose_are_not_proposed_and_own_ones_hold_free_text(casebook: Casebook) -> None:
    casebook.alter("x-cve", active=False)
    entries = casebook.directories.rows["directory_entry"]
    entries.append(casebook.add("indicator_type", "x-badge", company_id=str(casebook.acme)))
    entries.append(casebook.add("indicator_type", "x-foreign", company_id=str(casebook.north)))
    for code in ("x-cve", "x-badge", "x-foreign"):
        await casebook.hear("directories", "directory.entry_changed.v1", entry_id=str(casebook.id_of(code)))
    incident = await casebook.register(ada(casebook), indicatorsText="CVE-2021-44228")

    assert (await casebook.service.data(PROPOSED, ada(casebook), id=incident["id"]))["incident"][
        "proposedIndicators"
    ] == []
    (badge,) = await add(casebook, ada(casebook), incident, "Gate   3", type={"code": "x-badge"})
    assert badge["indicator"]["valueNormalized"] == "gate 3"
    async with casebook.unchanged():
        for code in ("x-foreign", "x-cve"):
            given = [{"value": "CVE-2021-44228", "type": {"code": code}}]
            payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], indicators=given)
            assert [each["code"] for each in payload["errors"]] == ["NOT_FOUND"]


async def test_merged_types_take_their_indicators_along(casebook: Casebook) -> None:
    casebook.directories.rows["directory_entry"].append(casebook.add("indicator_type", "x-site"))
    await casebook.hear("directories", "directory.entry_changed.v1", entry_id=str(casebook.id_of("x-site")))
    here, there, third = [await casebook.register(ada(casebook)) for _ in range(3)]
    other, site = {"code": "x-other"}, {"code": "x-site"}
    await add(casebook, ada(casebook), here, "Gate 3", type=site)
    await add(casebook, ada(casebook), here, "Gate 3", type=other)
    (moved,) = await add(casebook, ada(casebook), there, "Gate 3", type=site)
    (alone,) = await add(casebook, ada(casebook), third, "Gate 4", type=site)

    merged = casebook.id_of("x-other")
    casebook.alter("x-site", active=False, merged_into_id=str(merged))
    await casebook.hear(
        "directories", "directory.entry_merged.v1", entry_id=str(casebook.id_of("x-site")), into_id=str(merged),
        kind="indicator_type",
    )  # fmt: skip

    assert [(row.form, row.type_id) for row in await kept(casebook)] == [("gate 3", merged), ("gate 4", merged)]
    assert [len((await shown(casebook, each, ada(casebook)))["indicators"]["nodes"]) for each in (here, there)] == [
        1,
        1,
    ]
    assert alone["indicator"]["id"] != moved["indicator"]["id"]
