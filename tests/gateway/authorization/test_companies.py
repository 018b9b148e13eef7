"""A company named in an argument must be within the caller's scope for the permission of the field."""

from typing import Any

import pytest

from chassis.access import EVERY_COMPANY
from tests.support.gateway_world import ALSO_MINE, FOREIGN, MINE, Reply, World

ABSENT = "00000000-0000-0000-0000-00000000dead"
LIST = "query ($ids: [ID]) { incidents(filter: {companyIds: $ids}) { id } }"
REGISTER = "mutation ($input: RegisterIncidentsInput!) { registerIncidents(input: $input) { titles } }"


def new_incidents(*companies: Any) -> dict[str, Any]:
    return {"input": {"incidents": [{"title": "x", "company": company} for company in companies]}}


def check_refused(answer: Reply, world: World, *path: str) -> None:
    assert answer.json()["data"] == {path[0]: None}
    assert [error["path"] for error in answer.json()["errors"]] == [list(path)]
    assert answer.codes == ["COMPANY_NOT_FOUND"]
    assert world.sent == 0


@pytest.mark.parametrize(
    "query",
    [
        f'{{ incidents(filter: {{companyIds: ["{FOREIGN}"]}}) {{ id }} }}',
        f'{{ incidents(filter: {{companyIds: ["{MINE}", "{FOREIGN}"]}}) {{ id }} }}',
        f'{{ incidents(filter: {{companyIds: "{FOREIGN}"}}) {{ id }} }}',
        '{ incidents(filter: {companyIds: ["ACME"]}) { id } }',
        "{ incidents(filter: {companyIds: [7]}) { id } }",
        "{ incidents(filter: {companyIds: [null]}) { id } }",
        '{ incidents(filter: {companyIds: [""]}) { id } }',
    ],
)
async def test_a_foreign_company_written_out_refuses_the_whole_list(world: World, query: str) -> None:
    check_refused(await world.ask(query, key=world.user(incident_view=[MINE])), world, "incidents")


@pytest.mark.parametrize("ids", [[str(FOREIGN)], [str(MINE), str(FOREIGN)], str(FOREIGN), [None], "ACME", [7]])
async def test_a_foreign_company_in_a_variable_refuses_the_whole_list(world: World, ids: Any) -> None:
    answer = await world.ask(LIST, key=world.user(incident_view=[MINE]), variables={"ids": ids})

    check_refused(answer, world, "incidents")


async def test_a_foreign_company_in_a_variables_default_is_seen(world: World) -> None:
    query = LIST.replace("[ID])", f'[ID] = ["{FOREIGN}"])')

    check_refused(await world.ask(query, key=world.user(incident_view=[MINE])), world, "incidents")


async def test_a_filter_that_is_one_variable_is_looked_into(world: World) -> None:
    query = "query ($filter: IncidentFilter) { incidents(filter: $filter) { id } }"
    variables = {"filter": {"companyIds": [str(FOREIGN)]}}

    check_refused(await world.ask(query, key=world.user(incident_view=[MINE]), variables=variables), world, "incidents")


async def test_absent_and_foreign_companies_are_refused_with_the_same_words(world: World) -> None:
    key = world.user(incident_view=[MINE])
    answers = [
        await world.ask(LIST, key=key, variables={"ids": [id]}, x_request_id="r") for id in (ABSENT, str(FOREIGN))
    ]

    assert answers[0].body == answers[1].body
    assert str(FOREIGN) not in answers[1].body.decode()


@pytest.mark.parametrize(
    "ids", [[str(MINE)], [str(MINE), str(ALSO_MINE)], str(MINE), [], None, [str(MINE).replace("-", "").upper()]]
)
async def test_companies_within_the_scope_and_no_company_at_all_may_be_named(world: World, ids: Any) -> None:
    answer = await world.ask(LIST, key=world.user(incident_view=[MINE, ALSO_MINE]), variables={"ids": ids})

    assert answer.json() == {"data": {"incidents": [{"id": "i0"}, {"id": "i1"}]}}


async def test_a_scope_of_every_company_takes_any_id_but_nothing_else(world: World) -> None:
    key = world.user(incident_view=EVERY_COMPANY)

    assert (await world.ask(LIST, key=key, variables={"ids": [ABSENT]})).codes == []
    assert (await world.ask(LIST, key=key, variables={"ids": ["ACME"]})).codes == ["COMPANY_NOT_FOUND"]


async def test_the_scope_is_that_of_the_fields_own_permission(world: World) -> None:
    key = world.user(incident_view=[MINE], incident_add=[FOREIGN], audit_read=EVERY_COMPANY)
    answer = await world.ask(LIST, key=key, variables={"ids": [str(FOREIGN)]})

    check_refused(answer, world, "incidents")


@pytest.mark.parametrize("companies", [[{"id": str(FOREIGN)}], [{"id": str(MINE)}, {"id": str(FOREIGN)}]])
async def test_companies_in_a_list_of_inputs_are_seen_and_nothing_is_sent(world: World, companies: Any) -> None:
    answer = await world.ask(REGISTER, key=world.user(incident_add=[MINE]), variables=new_incidents(*companies))

    check_refused(answer, world, "registerIncidents")


@pytest.mark.parametrize("company", [{"id": str(MINE)}, {"code": "ACME"}, {"id": None}, None])
async def test_inputs_that_name_own_companies_or_none_by_id_are_sent(world: World, company: Any) -> None:
    answer = await world.ask(REGISTER, key=world.user(incident_add=[MINE]), variables=new_incidents(company))

    assert answer.json() == {"data": {"registerIncidents": {"titles": ["Phishing"]}}}


async def test_the_same_field_asked_twice_is_judged_by_the_arguments_of_each(world: World) -> None:
    query = f'{{ mine: incident(company: "{MINE}") {{ id }} foreign: incident(company: "{FOREIGN}") {{ id }} }}'
    answer = await world.ask(query, key=world.user(incident_view=[MINE]))

    assert answer.json()["data"] == {"mine": {"id": "i0"}, "foreign": None}
    assert [error["path"] for error in answer.json()["errors"]] == [["foreign"]]
    assert str(FOREIGN) not in world.documents


async def test_an_argument_that_does_not_fit_is_refused_at_its_field(world: World) -> None:
    query = "query ($ids: [ID] = []) { within(companyIds: $ids) { id } size }"
    answer = await world.ask(query, key=world.user(incident_view=[MINE]), variables={"ids": None})

    assert answer.json()["data"] == {"within": None, "size": 2}
    assert answer.codes == ["BAD_USER_INPUT"]
    assert "within" not in world.documents
