"""What the companies of the sample consist of, in the language of each: departments, sites, teams, and who works where.

It is put in through the graph, as the administrator. Every step looks first, so a start that was cut off goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deploy.local.graph import Graph


@dataclass(frozen=True, slots=True)
class Units:
    """Departments by name and code, with the name of the one above; sites by name, address and country.

    `works` has the mail address of people by the name of their department, `teams` those of members by the team's name.
    """

    departments: tuple[tuple[str, str, str | None], ...]
    sites: tuple[tuple[str, str, str], ...]
    teams: Mapping[str, tuple[str, ...]]
    works: Mapping[str, str]


_OFFICER, _READER = "officer@example.org", "reader@example.org"
UNITS: Mapping[str, Units] = {
    "NORTH": Units(
        departments=(
            ("Betrieb", "B", None),
            ("Lager und Umschlag", "B-LU", "Betrieb"),
            ("Informationstechnik", "IT", None),
            ("Informationssicherheit", "IT-SI", "Informationstechnik"),
        ),
        sites=(
            ("Hauptverwaltung", "Am Sandtorkai 12, 20457 Hamburg", "DE"),
            ("Umschlaglager Hannover", "Hansastraße 3, 30419 Hannover", "DE"),
        ),
        teams={"Bereitschaft": (_OFFICER,), "Zollabwicklung": ()},
        works={"Informationssicherheit": _OFFICER},
    ),
    "STEPPE": Units(
        departments=(
            ("Диспетчерлік қызмет", "DQ", None),
            ("Ақпараттық технологиялар", "AT", None),
            ("Ақпараттық қауіпсіздік", "AT-AQ", "Ақпараттық технологиялар"),
        ),
        sites=(
            ("Бас кеңсе", "Абай даңғылы 44, Алматы", "KZ"),
            ("Қарағанды қосалқы станциясы", "Бұқар жырау даңғылы 7, Қарағанды", "KZ"),
        ),
        teams={"Жедел топ": (_OFFICER, _READER)},
        works={"Диспетчерлік қызмет": _READER},
    ),
    "HARBOUR": Units(
        departments=(
            ("Clinical services", "CLIN", None),
            ("Radiology", "CLIN-RAD", "Clinical services"),
            ("Information governance", "IG", None),
        ),
        sites=(("Harbour General", "1 Quay Street, Southampton", "GB"),),
        teams={"On call": ()},
        works={},
    ),
}


async def put_in_units(graph: Graph, companies: Mapping[str, str], users: Mapping[str, str]) -> None:
    """`companies` are ids by code, `users` by mail address. Raises GraphError."""
    for code, units in UNITS.items():
        company = {"company": {"id": companies[code]}}
        found = (await graph.ask(_FIND, id=companies[code]))["company"]
        known = {kind: {each["name"]: each["id"] for each in found[kind]["nodes"]} for kind in found}
        departments = await _departments(graph, company, units, known["departments"])
        for name, address, country in units.sites:
            if name not in known["sites"]:
                await graph.ask(_SITE, input={**company, "name": name, "address": address, "country": country})
        for name, members in units.teams.items():
            if name not in known["teams"]:
                await graph.ask(_TEAM, input={**company, "name": name, "members": [users[each] for each in members]})
        for name, worker in units.works.items():
            place = {**company, "userId": users[worker], "departmentId": departments[name]}
            await graph.ask(_WORKS, input=place)


async def _departments(graph: Graph, company: Mapping[str, Any], units: Units, known: dict[str, str]) -> dict[str, str]:
    """Their ids by name."""
    found = dict(known)
    for name, code, above in units.departments:
        if name not in found:
            parent = None if above is None else found[above]
            new = {**company, "name": name, "code": code, "parentId": parent}
            found[name] = (await graph.ask(_DEPARTMENT, input=new))["createDepartment"]["department"]["id"]
    return found


_FIND = """
query ($id: ID!) { company(id: $id) {
  departments(first: 100) { nodes { id name } } sites(first: 100) { nodes { id name } }
  teams(first: 100) { nodes { id name } }
} }
"""
_DEPARTMENT = """
mutation ($input: CreateDepartmentInput!) {
  createDepartment(input: $input) { department { id } errors { message field } }
}
"""
_SITE = "mutation ($input: CreateSiteInput!) { createSite(input: $input) { errors { message field } } }"
_TEAM = "mutation ($input: CreateTeamInput!) { createTeam(input: $input) { errors { message field } } }"
_WORKS = "mutation ($input: AssignDepartmentInput!) { assignDepartment(input: $input) { errors { message field } } }"
