"""An incident with one of everything that may hang on it, for tests of what must reach all of that."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Table, select

from chassis.migrations import SEALED
from services.incidents.persistence.rows import Base
from tests.support.casebook import SYSTEM, Casebook
from tests.support.indicators import add
from tests.support.restricted import ada
from tests.support.services import Json

_ERRORS: Final = "errors { code message field }"
_MORE: Final[dict[str, Json]] = {
    "AssignIncidentRole": {"role": {"code": "scribe"}, "contact": {"name": "Eve Counsel"}},
    "AddIncidentTimelineEntry": {"at": "2026-01-01T00:00:00Z", "title": "Called the provider"},
    "AddIncidentAsset": {"name": "Mail server"},
    "AddIncidentTimestamp": {"definition": {"code": "evidence-secured"}, "at": "2026-01-01T00:00:00Z"},
}
_TAKEN_OUT: Final[Json] = {
    "key": str(uuid4()), "operation": "EXPORT", "what": "report.pdf", "permission": "incident.view",
    "actor_id": str(uuid4()), "actor_kind": "user",
}  # fmt: skip
LINK: Final = f"mutation ($input: AddIncidentLinkInput!) {{ addIncidentLink(input: $input) {{ {_ERRORS} }} }}"


async def with_everything(casebook: Casebook, **given: Any) -> Json:
    """Of ACME. Another one is linked to it, from both sides."""
    incident = await casebook.register(ada(casebook), responsibleId=str(casebook.ada), **given)
    other = await casebook.register(ada(casebook), title="Another one")
    await casebook.say(ada(casebook), incident)
    due: Json = {"dueAt": "2030-01-01T00:00:00Z", "assigneeIds": [str(casebook.ada)]}
    await casebook.add_task(ada(casebook), incident, **due)
    await casebook.start_review(ada(casebook), incident)
    await casebook.add_item(ada(casebook), incident)
    await add(casebook, ada(casebook), incident, "a.example")
    for here, there, kind in ((incident, other, "duplicate-of"), (other, incident, "parent-of")):
        linked = {"incidentId": here["id"], "otherId": there["id"], "linkType": {"code": kind}}
        assert (await casebook.try_to(LINK, ada(casebook), **linked))["errors"] == []
    await casebook.service.ask("disclosure", {**_TAKEN_OUT, "incident_id": incident["id"]}, caller="files")
    for name, more in _MORE.items():
        mutation = f"mutation ($input: {name}Input!) {{ {name[0].lower()}{name[1:]}(input: $input) {{ {_ERRORS} }} }}"
        assert (await casebook.try_to(mutation, ada(casebook), incidentId=incident["id"], **more))["errors"] == []
    return incident


def tables_about_incidents() -> dict[str, Table]:
    """Those that the service reads."""
    tables = Base.metadata.tables.items()
    return {name: table for name, table in tables if "incident_id" in table.c and not table.info.get(SEALED)}


async def rows_about(casebook: Casebook, incident: Json) -> dict[str, Sequence[Mapping[Any, Any]]]:
    """By table; those that have none are not in it."""
    found: dict[str, Sequence[Mapping[Any, Any]]] = {}
    async with casebook.service.database.work(SYSTEM) as work:
        for name, table in tables_about_incidents().items():
            wanted = select(table).where(table.c.incident_id == UUID(incident["id"]))
            if rows := (await work.session.execute(wanted)).mappings().all():
                found[name] = rows
    return found
