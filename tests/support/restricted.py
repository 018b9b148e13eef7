"""Restricted incidents as tests of the incidents service meet them: who asks, and by which ways one is found."""

from typing import Final

from chassis.access import Actor
from tests.support.casebook import Casebook
from tests.support.services import Json

_LISTS: Final = """
query ($companies: [ID!]) {
  incidents(first: 10) { totalCount nodes { id } }
  filtered: incidents(first: 10, filter: {companyIds: $companies}) { totalCount nodes { id } }
  restricted: incidents(first: 10, filter: {visibility: RESTRICTED}) { totalCount nodes { id } }
  open: incidents(first: 10, filter: {visibility: COMPANY, companyIds: $companies}) { totalCount nodes { id } }
}
"""
_ONE: Final = """
query ($id: ID!, $reference: String!) {
  byId: incident(id: $id) { id history { totalCount nodes { operation } } }
  byReference: incident(reference: $reference) { id }
}
"""
_BELOW: Final = "incidents(first: 5) { totalCount nodes { id } }"
EVERY_WAY: Final = {"byId", "byReference", "entity", "incidents", "filtered", "visibility", "company"}


def ada(casebook: Casebook) -> Actor:
    return casebook.officer(casebook.acme, id=casebook.ada)


def bob(casebook: Casebook) -> Actor:
    return casebook.officer(casebook.acme, id=casebook.bob)


def others(casebook: Casebook) -> list[Actor]:
    """In the company without being members, and who sees all restricted ones of another."""
    return [bob(casebook), casebook.reader(casebook.acme), casebook.supervisor(casebook.north)]


async def seen(casebook: Casebook, incident: Json, actor: Actor) -> set[str]:
    """By which ways an incident of ACME is found."""
    service = casebook.service
    lists = await service.data(_LISTS, actor, companies=[str(casebook.acme)])
    of_one, of_the_other = lists.pop("restricted"), lists.pop("open")
    lists["visibility"] = {name: of_one[name] + of_the_other[name] for name in ("totalCount", "nodes")}
    one = await service.data(_ONE, actor, id=incident["id"], reference=incident["reference"])
    (entity,) = await service.entities("Incident", [incident["id"]], "id", actor)
    (company,) = await service.entities("Company", [casebook.acme], _BELOW, actor)
    found = {name for name, value in one.items() if value is not None} | ({"entity"} if entity else set())
    for name, connection in {**lists, "company": company["incidents"]}.items():
        shown = [node["id"] for node in connection["nodes"]]
        assert connection["totalCount"] == len(shown)
        found |= {name} if incident["id"] in shown else set()
    return found
