"""The largest incident that the rules allow goes through the gateway's limits, and comes back whole."""

from typing import Any

import orjson

from gateway.http.request import BodyLimits
from services.incidents.domain import details

OVER_STACK = True
WIDEST = "\N{FIRE}"  # four bytes in UTF-8, which no character exceeds
TEXTS = ("description", "impact", "actionsTaken", "preventiveMeasures", "comment")
REGISTER = """
mutation ($input: RegisterIncidentInput!) {
  registerIncident(input: $input) {
    incident { id version title description impact actionsTaken preventiveMeasures comment tags }
    errors { code message field }
  }
}
"""
DELETE = """
mutation ($id: ID!, $version: Int!) {
  deleteIncident(input: {id: $id, expectedVersion: $version}) { errors { code message } }
}
"""


def largest() -> dict[str, Any]:
    line = WIDEST * details.LONGEST_LINE
    return {
        "title": WIDEST * details.LONGEST_TITLE,
        **dict.fromkeys(TEXTS, WIDEST * details.LONGEST_TEXT),
        "tags": [f"{number:02}" + WIDEST * (details.LONGEST_TAG - 2) for number in range(details.MOST_TAGS)],
        "location": {"text": line, "country": "KZ"},
        "reportedBy": {"name": line, "email": "a@" + line[2:], "phone": line},
        "idempotencyKey": WIDEST * details.LONGEST_KEY,
        "company": {"code": "NORTH"},
    }


async def test_the_largest_incident_fits_into_the_body_of_a_mutation_and_comes_back_whole(officer: Any) -> None:
    given = largest()
    assert BodyLimits().any < len(orjson.dumps({"query": REGISTER, "variables": {"input": given}})) < 2_050_000

    registered = (await officer.ask(REGISTER, input=given))["registerIncident"]

    assert registered["errors"] == []
    incident = registered["incident"]
    assert {name: incident[name] for name in ("title", *TEXTS, "tags")} == {
        name: given[name] for name in ("title", *TEXTS, "tags")
    }
    deleted = await officer.ask(DELETE, id=incident["id"], version=incident["version"])
    assert deleted["deleteIncident"]["errors"] == []
