"""Which moments of an incident change with what is done to it, and the notes about them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.incidents.domain import timestamps
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.domain.timestamps import COLUMNS, NOTES, REOPENED, Note, Origin, Precision
from services.incidents.domain.vocabulary import Channel
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.relations import RESPONSIBLE


def on_registration(
    values: Mapping[str, Any], raw: Mapping[str, Any], precisions: Mapping[str, Precision], now: datetime, by: UUID
) -> dict[str, Any]:
    """The moments and notes of a new incident. `raw` are its details as they were told. Raises Invalid."""
    category = StatusCategory(values["status_category"])
    told = {name: values[name] for name in COLUMNS & values.keys() if values[name] is not None}
    timestamps.check_told(told, category)
    notes = _told_notes({}, told, raw, precisions, origin_of(values), by)
    stamped = timestamps.aware(told, told, notes)
    stamped |= timestamps.entering(None, category, told, now)
    if values.get(RESPONSIBLE) is not None:
        stamped |= timestamps.assigned({**told, **stamped}, now)
    stamped = {name: value for name, value in stamped.items() if name not in told}
    return told | stamped | {NOTES: timestamps.noted(notes, stamped, timestamps.note(Origin.AUTO, by))}


def origin_of(values: Mapping[str, Any]) -> Origin:
    """Whence the moments of a new incident come."""
    return Origin.IMPORT if values.get("source_channel") == Channel.IMPORT else Origin.MANUAL


def on_edit(
    values: Mapping[str, Any],
    raw: Mapping[str, Any],
    precisions: Mapping[str, Precision],
    incident: IncidentRow,
    by: UUID,
) -> dict[str, Any]:
    """What an edit that tells `values` does to the notes, and to moments that follow others. Raises Invalid."""
    told = {name: values[name] for name in COLUMNS & values.keys()}
    if not told:
        return {}
    timestamps.check_told(told, StatusCategory(incident.status_category))
    held, notes = held_by(incident), incident.timestamps
    new = {name: value for name, value in told.items() if _differs(name, value, precisions, held, notes)}
    stamped = timestamps.aware(new, held, notes)
    after = _told_notes(notes, new, raw, precisions, Origin.MANUAL, by)
    return stamped | {NOTES: timestamps.noted(after, stamped, timestamps.note(Origin.AUTO, by))}


def on_entering(after: StatusCategory, incident: IncidentRow, now: datetime, by: UUID) -> dict[str, Any]:
    stamped = timestamps.entering(StatusCategory(incident.status_category), after, held_by(incident), now)
    return _with_notes(stamped, incident, by)


def on_assigning(incident: IncidentRow, now: datetime, by: UUID) -> dict[str, Any]:
    return _with_notes(timestamps.assigned(held_by(incident), now), incident, by)


def held_by(incident: IncidentRow) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in (*COLUMNS, REOPENED)}


def _with_notes(stamped: dict[str, Any], incident: IncidentRow, by: UUID) -> dict[str, Any]:
    if not stamped:
        return {}
    return stamped | {NOTES: timestamps.noted(incident.timestamps, stamped, timestamps.note(Origin.AUTO, by))}


def _told_notes(
    notes: Mapping[str, Note],
    told: Mapping[str, Any],
    raw: Mapping[str, Any],
    precisions: Mapping[str, Precision],
    origin: Origin,
    by: UUID,
) -> dict[str, Note]:
    found = dict(notes)
    for name, value in told.items():
        precision, offset = precisions.get(name, Precision.MINUTE), timestamps.offset_of(raw[name]) if value else None
        found = timestamps.noted(found, {name: value}, timestamps.note(origin, by, precision, offset))
    return found


def _differs(
    name: str, value: Any, precisions: Mapping[str, Precision], held: Mapping[str, Any], notes: Mapping[str, Note]
) -> bool:
    """Who tells again what is known is not who set it."""
    known = notes.get(name, {}).get("precision", Precision.MINUTE)
    return bool(value != held[name] or (value is not None and precisions.get(name, known) != known))
