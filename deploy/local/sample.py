"""The small sample that a new system starts with: three companies with departments, four people, two dozen incidents.

It is put in through the graph, as the administrator. Every step looks first, so a start that was cut off goes on.
"""

from dataclasses import dataclass
from typing import Any

from deploy.local.graph import Graph
from deploy.local.sample_incidents import SAMPLE_INCIDENTS
from deploy.local.sample_units import put_in_units

COMPANIES = tuple(
    dict(zip(("code", "name", "country", "timeZone", "defaultLocale"), values, strict=True))
    for values in (
        ("NORTH", "Northwind Logistics", "DE", "Europe/Berlin", "de"),
        ("STEPPE", "Steppe Energy", "KZ", "Asia/Almaty", "kk"),
        ("HARBOUR", "Harbour Health", "GB", "Europe/London", "en"),
    )
)
_OFFICER = (
    "incident.view", "incident.add", "incident.edit", "incident.delete", "incident.close", "incident.reopen",
    "incident.send_mail", "incident.export",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the sample, with the codes of their companies and the permissions they have there."""

    email: str
    name: str
    locale: str
    companies: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    group: str = ""


PEOPLE = (
    Person("officer@example.org", "Olga Officer", "de", ("NORTH", "STEPPE"), _OFFICER, "Security officers"),
    Person("reader@example.org", "Rustem Reader", "kk", ("STEPPE",), ("incident.view",), "Readers of Steppe Energy"),
    Person("nobody@example.org", "Nora Nobody", "en"),
)


async def put_in_sample(administrator: Graph, passwords: dict[str, str]) -> dict[str, str]:
    """The users' ids by mail address. `passwords`, by mail address too, must be changed. Raises GraphError."""
    companies = {each["code"]: await _company(administrator, each) for each in COMPANIES}
    users = {person.email: await _user(administrator, person, passwords[person.email]) for person in PEOPLE}
    for person in PEOPLE:
        if person.group:
            await _group(administrator, person, companies, users[person.email])
    await put_in_units(administrator, companies, users)
    await _incidents(administrator, companies, users["officer@example.org"])
    return users


async def _company(graph: Graph, company: dict[str, str]) -> str:
    found = await graph.ask(_FIND_COMPANY, codes=[company["code"]])
    if found["companies"]["nodes"]:
        return str(found["companies"]["nodes"][0]["id"])
    return str((await graph.ask(_CREATE_COMPANY, input=company))["createCompany"]["company"]["id"])


async def _user(graph: Graph, person: Person, password: str) -> str:
    found = await graph.ask(_FIND_USER, search=person.email)
    for user in found["users"]["nodes"]:
        if user["email"] == person.email:
            return str(user["id"])
    new = {"email": person.email, "name": person.name, "locale": person.locale, "password": password}
    return str((await graph.ask(_CREATE_USER, input=new))["createUser"]["user"]["id"])


async def _group(graph: Graph, person: Person, companies: dict[str, str], user: str) -> None:
    found = await graph.ask(_FIND_GROUP)
    if person.group in {group["name"] for group in found["groups"]["nodes"]}:
        return
    new = {
        "name": person.group,
        "permissions": person.permissions,
        "companies": [{"id": companies[code]} for code in person.companies],
        "members": [user],
        "showsModuleLink": True,
    }
    await graph.ask(_CREATE_GROUP, input=new)


async def _incidents(graph: Graph, companies: dict[str, str], officer: str) -> None:
    rows = [_incident(number, *sample, companies, officer) for number, sample in enumerate(SAMPLE_INCIDENTS, 1)]
    await graph.ask(_REGISTER, input={"incidents": rows})


def _incident(
    number: int, code: str, details: dict[str, Any], companies: dict[str, str], officer: str
) -> dict[str, Any]:
    """The officer is responsible where she has rights and somebody has begun to work."""
    assigned = code != "HARBOUR" and details["status"] != {"code": "open"}
    return {
        **details,
        "company": {"id": companies[code]},
        "idempotencyKey": f"sample-{number}",
        **({"responsibleId": officer} if assigned else {}),
    }


_FIND_COMPANY = "query ($codes: [String!]) { companies(filter: {codes: $codes}, first: 1) { nodes { id } } }"
_CREATE_COMPANY = """
mutation ($input: CreateCompanyInput!) {
  createCompany(input: $input) { company { id } errors { message field } }
}
"""
_FIND_USER = "query ($search: String) { users(filter: {search: $search}, first: 20) { nodes { id email } } }"
_CREATE_USER = (
    "mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { message field } } }"
)
_FIND_GROUP = "query { groups(first: 100) { nodes { name } } }"
_CREATE_GROUP = """
mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } errors { message field } } }
"""
_REGISTER = """
mutation ($input: RegisterIncidentsInput!) {
  registerIncidents(input: $input) { results { errors { message field } } errors { message field } }
}
"""
