"""Following the merging of two types of indicators: what was of the one is of the other, and nothing said is lost.

What is the same indicator in both becomes one. That changes what incidents tell, so their histories and events do, too;
where only the type changes, what is shown is the same as before.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain.indicators.merging import filled
from services.incidents.domain.indicators.vocabulary import OF_THE_INDICATOR, OF_THE_LINK
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow
from services.incidents.persistence.indicator_types import links_of, move, replacement, take_incidents
from services.incidents.persistence.indicators import lock_company
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.parts import Changes, change_part, tell_part


async def merge_indicator_types(old: UUID, new: UUID, work: UnitOfWork) -> None:
    """Incidents are taken first and then their companies, as everybody does who changes the indicators of one."""
    expected = await replacement(old, new, work.session)
    await _take(expected.twins, work)
    for company in sorted({row.company_id for row, _ in (*expected.moved, *expected.twins)}):
        await lock_company(company, work.session)
    found = await replacement(old, new, work.session)  # by now nobody changes it
    incidents = await _take(found.twins, work)
    await move(found.moved, new, found.code, work.session)
    for row, same in found.twins:
        await _join(row, same, incidents, work)


async def _take(twins: Sequence[tuple[IndicatorRow, IndicatorRow]], work: UnitOfWork) -> Mapping[UUID, IncidentRow]:
    links = await links_of([row.id for row, _ in twins], work.session)
    return await take_incidents({link.incident_id for link in links}, work.session)


async def _join(row: IndicatorRow, same: IndicatorRow, incidents: Mapping[UUID, IncidentRow], work: UnitOfWork) -> None:
    """What is left in no incident, the database forgets."""
    said = change_part(same, filled(_values(same, OF_THE_INDICATOR), _values(row, OF_THE_INDICATOR)))
    of_both = {link.incident_id: link for link in await links_of([same.id], work.session)}
    for link in await links_of([row.id], work.session):
        incident, twin = incidents[link.incident_id], of_both.get(link.incident_id)
        if twin is None:
            told = {"type": (row.type_code, same.type_code)} | said
            link.indicator_id, link.type_id, link.digest = same.id, same.type_id, same.digest
            _tell(incident, link, Operation.EDITED, told, work)
        else:
            told = said | change_part(twin, filled(_values(twin, OF_THE_LINK), _values(link, OF_THE_LINK)))
            gone = {"type": (row.type_code, None), "value": (row.value, None)}
            await work.session.delete(link)
            _tell(incident, link, Operation.REMOVED, gone, work)
            if told:
                _tell(incident, twin, Operation.EDITED, told, work)
    work.session.expunge(row)
    await work.session.flush()


def _values(row: IndicatorRow | IncidentIndicatorRow, names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _tell(
    incident: IncidentRow, link: IncidentIndicatorRow, operation: Operation, changes: Changes, work: UnitOfWork
) -> None:
    """Nobody's right allowed it: the registry itself does it."""
    tell_part(incident, Part(PartType.INDICATOR, link.id), operation, changes, work, right=None)
