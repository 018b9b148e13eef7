"""Row-level security alone: no row about an incident says that it is of another company than the incident."""

from typing import Any, Final

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from chassis.identifiers import uuid7
from tests.support.casebook import Casebook
from tests.support.whole_incidents import rows_about, tables_about_incidents, with_everything

# The history and the stretches of how it stood are read by the incident alone.
TABLES: Final = sorted(tables_about_incidents().keys() - {"incident_change", "status_interval", "indicator"})


async def test_parts_are_of_the_company_of_their_incident(casebook: Casebook) -> None:
    incident = await with_everything(casebook)
    found = await rows_about(casebook, incident)
    officer = casebook.officer(casebook.acme, casebook.north, id=casebook.ada)

    async def copied(name: str, **more: Any) -> None:
        values = dict(found[name][0]) | ({"id": uuid7()} if "id" in found[name][0] else {}) | more
        async with casebook.service.database.work(officer) as work:
            await work.session.execute(insert(tables_about_incidents()[name]).values(values))

    async with casebook.unchanged():
        for name in TABLES:
            with pytest.raises(DBAPIError, match="row-level security"):
                await copied(name, company_id=casebook.north)
    await copied("incident_comment")
