"""Changing what is said of an indicator: what it is in one incident, and what it is for the company."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import StaleVersion
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow
from services.incidents.usecases.indicators import INDICATOR, checked, indicator_of
from services.incidents.usecases.parts import change_part, expect, take_part, tell_part

_ITSELF = "indicator"


class StaleIndicator(StaleVersion):
    """Somebody changed the indicator through another incident. `current` is how it stands in this one."""

    def __init__(self, expected: int, present: int, current: IncidentIndicatorRow) -> None:
        super().__init__(expected, present)
        self.field = (_ITSELF, *self.field)
        self.current = current


@dataclass(frozen=True, slots=True, kw_only=True)
class EditIncidentIndicator:
    """`values` are those of the link, `said` those of the indicator itself; what is in neither stays as it is."""

    link_id: UUID
    expected_version: int
    values: Mapping[str, Any] = field(default_factory=dict)
    expected_indicator_version: int | None = None
    said: Mapping[str, Any] = field(default_factory=dict)


async def edit_incident_indicator(command: EditIncidentIndicator, work: UnitOfWork) -> IncidentIndicatorRow:
    """Raises NotFound, Denied, Invalid, StalePart or StaleIndicator. An edit that changes nothing writes nothing.

    The change of the indicator itself is in the history of the incident through which it was made.
    """
    incident, link = await take_part(IncidentIndicatorRow, command.link_id, INDICATOR, work)
    expect(command.expected_version, link, work)
    indicator = await indicator_of(link, work)
    _expect_indicator(command.expected_indicator_version, indicator, link, work)
    values, said = checked(command.values), checked(command.said, _ITSELF)
    changes = change_part(link, values) | change_part(indicator, said)
    if changes:
        part = Part(PartType.INDICATOR, link.id)
        tell_part(incident, part, Operation.EDITED, changes, work, right=permissions.EDIT)
    await work.session.flush()
    return link


def _expect_indicator(
    version: int | None, indicator: IndicatorRow, link: IncidentIndicatorRow, work: UnitOfWork
) -> None:
    if version is not None and version != indicator.version:
        work.session.expunge(link)  # a rollback empties what is still in the session
        raise StaleIndicator(version, indicator.version, link)
