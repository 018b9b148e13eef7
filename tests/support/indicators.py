"""Indicators of incidents for tests: the operations, and the shortest way through them."""

from typing import Any, Final

from sqlalchemy import select

from chassis.access import Actor
from services.incidents.persistence.indicator_rows import IndicatorRow
from tests.support.casebook import Casebook
from tests.support.services import SYSTEM, Json

EVIL: Final = "evil[.]example"
_ITSELF: Final = """{ id value valueNormalized defanged stixId type { id } tlp pap isIoc confidence description tags
    attackIds whitelisted version firstSeen }"""
_LINK: Final = f"id role sighted sightedAt ignoreSimilarity note version indicator {_ITSELF}"
_ERRORS: Final = "errors { code message field }"
ADD: Final = f"""mutation ($input: AddIncidentIndicatorsInput!) {{
    addIncidentIndicators(input: $input) {{ indicators {{ {_LINK} }} {_ERRORS} }} }}"""
EDIT: Final = f"""mutation ($input: EditIncidentIndicatorInput!) {{
    editIncidentIndicator(input: $input) {{ indicator {{ {_LINK} }} {_ERRORS} }} }}"""
REMOVE: Final = f"""mutation ($input: RemoveIncidentIndicatorInput!) {{
    removeIncidentIndicator(input: $input) {{ removedId {_ERRORS} }} }}"""
OF_INCIDENT: Final = f"""query ($id: ID!) {{ incident(id: $id) {{
    indicators {{ nodes {{ {_LINK} }} totalCount }}
    sharing {{ nodes {{ number incident {{ id }} indicators {{ id value }} }} totalCount }} }} }}"""
BY_ID: Final = "query ($id: ID!) { indicator(id: $id) { id value incidents { nodes { id } totalCount } } }"
LIST: Final = """query ($filter: IndicatorFilter, $first: Int! = 20, $after: String) {
    indicators(filter: $filter, first: $first, after: $after) {
        nodes { id value } totalCount pageInfo { hasNextPage endCursor } } }"""
PROPOSED: Final = """query ($id: ID!, $more: Boolean! = false) { incident(id: $id) {
    indicatorsText
    proposedIndicators(includeDescription: $more) { type { id } value valueNormalized field start end } } }"""


async def add(casebook: Casebook, actor: Actor, incident: Json, *values: str, **more: Any) -> list[Json]:
    """The links."""
    given = [{"value": value, **more} for value in values]
    payload = await casebook.try_to(ADD, actor, incidentId=incident["id"], indicators=given)
    assert payload["errors"] == []
    found: list[Json] = payload["indicators"]
    return found


async def shown(casebook: Casebook, incident: Json, actor: Actor) -> Json:
    found: Json = (await casebook.service.data(OF_INCIDENT, actor, id=incident["id"]))["incident"]
    return found


async def listed(casebook: Casebook, actor: Actor, **filter: Any) -> list[str]:
    """The values; as many as are counted."""
    found = (await casebook.service.data(LIST, actor, filter=filter))["indicators"]
    assert found["totalCount"] == len(found["nodes"])
    return [each["value"] for each in found["nodes"]]


async def kept(casebook: Casebook) -> list[IndicatorRow]:
    """All that there are, of every company."""
    async with casebook.service.database.read(SYSTEM) as session:
        return list(await session.scalars(select(IndicatorRow).order_by(IndicatorRow.id)))
