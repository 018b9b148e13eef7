"""The copies of the owners of files: filled, and kept by events."""

from chassis.broker.in_process import InProcessBroker
from services.directories.persistence import published as published_pages
from services.files.__main__ import SERVICE
from services.files.persistence.rows import PageRef
from tests.support.file_owners import Others
from tests.support.incidents import Incidents
from tests.support.owned_files import MINE
from tests.support.services import RunningService


async def test_the_copies_of_all_owners_are_filled_and_stay_equal(
    service: RunningService, broker: InProcessBroker, others: Others, incidents: Incidents
) -> None:
    incidents.register(MINE)
    others.company(MINE)
    page, _ = others.page()
    for projection in SERVICE.worker(service.runtime).projections:
        await projection.fill()
    await broker.publish([others.show(page, shown=False), others.publish(page), others.company(MINE, active=False)])

    found = {each.name: await each.differences() for each in SERVICE.worker(service.runtime).projections}

    assert found == {"incident": (1, []), "company": (1, []), "guide_page": (1, [])}


def test_the_guide_publishes_every_column_of_the_copy() -> None:
    assert {column.name for column in PageRef.__table__.columns} <= set(published_pages._PAGES.selected_columns.keys())
