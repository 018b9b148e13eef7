"""Removing all that hangs on an incident; what only the owner of the tables may remove, a function of the owner's does.

The function takes only what was deleted long enough ago and is not held. It looks for the tables itself: each that has
the column `incident_id`.
"""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.incidents.persistence.rows import IncidentRow

_REMOVE: Final = text("select purge_incident(:id)")
# Whose it was, when it came and went, and what says to whom its last event may be told.
_LEFT: Final = frozenset(
    {
        *("id", "reference", "company_id", "registered_at", "updated_at", "deleted_at", "purged_at", "held"),
        *("version", "sequence", "history_hash", "restricted", "members", "status_id", "status_category"),
        *("registered_by_id", "deleted_by_id"),
    }
)


async def remove_parts(incident: UUID, session: AsyncSession) -> dict[str, int]:
    """How many rows were removed, by table. The caller holds the incident. Raises DBAPIError for what is not due."""
    found: dict[str, int] = await session.scalar(_REMOVE, {"id": incident})
    return found


def empty(incident: IncidentRow) -> None:
    """Takes out of the row what it told."""
    for attribute in inspect(IncidentRow).column_attrs:
        (column,) = attribute.columns
        if attribute.key not in _LEFT and column.computed is None:
            setattr(incident, attribute.key, None if column.nullable else _nothing(column))


def _nothing(column: Any) -> Any:
    """What stands there when nobody told anything."""
    if column.default is not None:
        return column.default.arg({}) if column.default.is_callable else column.default.arg
    return [] if column.type.python_type is list else column.type.python_type()
