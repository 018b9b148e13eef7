"""What an incident points to: directory entries, people and units of the company, by id or code, resolved once."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from chassis.errors import Invalid, NotFound
from chassis.identifiers import Key
from services.incidents.domain.details import input_path
from services.incidents.persistence.known import Known, Unit, UnitKey
from services.incidents.persistence.rows import DirectoryRef, IncidentRow, UserRef

Relations: TypeAlias = Mapping[str, Key | None]  # only what the caller gave; None empties the field
RESPONSIBLE: Final = "responsible_id"
REPORTER: Final = "reported_by_id"
DEPARTMENT: Final = "department_id"
_FIRST_DEPARTMENT: Final = "department_at_registration_id"
_UNITS: Final = {DEPARTMENT: Unit.DEPARTMENT, "site_id": Unit.SITE, "team_id": Unit.TEAM}
_DIRECTORIES: Final = {
    "classification": "classification",
    "type": "incident_type",
    "status": "status",
    "severity": "severity",
    "priority": "priority",
    "outcome": "outcome",
    "impact_level": "impact_level",
    "detection_source": "detection_source",
}

_PERSONS: Final = {RESPONSIBLE: "The responsible person was", REPORTER: "The person who reported it was"}


def directory_keys(relations: Relations) -> Iterable[Key]:
    return (key for name, key in relations.items() if name in _DIRECTORIES and key is not None)


def user_ids(relations: Relations) -> Iterable[UUID]:
    named = (relations.get(RESPONSIBLE), relations.get(REPORTER))
    return (each for each in named if isinstance(each, UUID))


def unit_keys(relations: Relations) -> Iterable[UnitKey]:
    named = ((unit, relations.get(name)) for name, unit in _UNITS.items())
    return ((unit, key) for unit, key in named if isinstance(key, UUID))


def resolve(
    relations: Relations, known: Known, company: UUID, by: UUID, current: IncidentRow | None = None
) -> dict[str, Any]:
    """The columns to set. Raises NotFound or Invalid naming the input field.

    A type brings its classification along; a classification that does not fit the type is refused. What `current`
    has already may stay, also when nobody could choose it any more.
    """
    entries = {
        name: _entry(name, relations[name], known, company, current)
        for name in _DIRECTORIES
        if name in relations and name != "status"
    }
    values: dict[str, Any] = {f"{name}_id": entry and entry.id for name, entry in entries.items()}
    values |= _classified(entries, known, company, current)
    if relations.get("status") is not None:
        status = _entry("status", relations["status"], known, company, current)
        values |= {"status_id": status.id, "status_category": status.category} if status else {}
    if RESPONSIBLE in relations:
        values[RESPONSIBLE] = _person(RESPONSIBLE, relations[RESPONSIBLE], known, company, current)
    if REPORTER in relations:
        values[REPORTER] = _reporter(relations[REPORTER], known, company, by, current)
    return values | _located(relations, known, company, current)


def _entry(name: str, key: Key | None, known: Known, company: UUID, current: IncidentRow | None) -> DirectoryRef | None:
    return None if key is None else choose(name, key, known, company, getattr(current, f"{name}_id", None))


def choose(name: str, key: Key, known: Known, company: UUID, present: UUID | None = None) -> DirectoryRef:
    """The entry for an incident of `company`. Raises NotFound unless it may be chosen today, or is the present one."""
    return choose_from(_DIRECTORIES[name], key, known, company, field=name, what=f"The {name} was", present=present)


def choose_from(
    directory: str, key: Key, known: Known, company: UUID, *, field: str, what: str, present: UUID | None = None
) -> DirectoryRef:
    """The same for any directory; `what` was not found in the input `field`."""
    found = known.entry(directory, key, company)
    if found is None or not (found.id == present or found.choosable(datetime.now(UTC).date())):
        raise NotFound(what, field=(field,))
    return found


def _classified(
    entries: Mapping[str, DirectoryRef | None], known: Known, company: UUID, current: IncidentRow | None
) -> dict[str, UUID | None]:
    kind = entries["type"] if "type" in entries else _current_type(known, company, current)
    if kind is None:
        return {}
    if "classification" not in entries:
        return {"classification_id": kind.parent_id} if "type" in entries else {}
    chosen = entries["classification"]
    if chosen is None or chosen.id != kind.parent_id:
        blamed = "type" if "type" in entries else "classification"
        raise Invalid("The type belongs to another classification: change both, or leave one out.", field=(blamed,))
    return {}


def _current_type(known: Known, company: UUID, current: IncidentRow | None) -> DirectoryRef | None:
    if current is None or current.type_id is None:
        return None
    return known.entry(_DIRECTORIES["type"], current.type_id, company)


def _person(name: str, key: Key | None, known: Known, company: UUID, current: IncidentRow | None) -> UUID | None:
    """Only someone who may see the company's incidents; anyone else is as absent as one who does not exist."""
    if key is None:
        return None
    if current is not None and key == getattr(current, name):
        return key if isinstance(key, UUID) else None
    if not isinstance(key, UUID) or not _works_in(known.users.get(key), company):
        raise NotFound(_PERSONS[name], field=input_path(name))
    return key


def _reporter(key: Key | None, known: Known, company: UUID, by: UUID, current: IncidentRow | None) -> UUID | None:
    """Also whoever writes it, who may have noticed it without the right to see incidents."""
    return by if key == by else _person(REPORTER, key, known, company, current)


def _located(relations: Relations, known: Known, company: UUID, current: IncidentRow | None) -> dict[str, UUID | None]:
    """The units of the company. The first department of an incident is kept for figures, also when it has another."""
    values = {name: _unit(name, relations[name], known, company, current) for name in _UNITS if name in relations}
    if values.get(DEPARTMENT) is not None and (current is None or current.department_at_registration_id is None):
        values[_FIRST_DEPARTMENT] = values[DEPARTMENT]
    return values


def _unit(name: str, key: Key | None, known: Known, company: UUID, current: IncidentRow | None) -> UUID | None:
    if not isinstance(key, UUID):
        return None
    if key != getattr(current, name, None) and known.units.get((_UNITS[name], key)) != company:
        raise NotFound(f"The {_UNITS[name].name.lower()} was", field=input_path(name))
    return key


def colleagues(ids: Iterable[UUID], known: Known, company: UUID, *, field: str) -> list[UUID]:
    """`ids`, each of someone who may see the company's incidents. Raises NotFound for anyone else."""
    found = list(ids)
    if not all(_works_in(known.users.get(each), company) for each in found):
        raise NotFound("The member was", field=(field,))
    return found


def _works_in(user: UserRef | None, company: UUID) -> bool:
    """Whether somebody is there, active, and may see the company's incidents."""
    return user is not None and user.active and (user.every_company or str(company) in user.company_ids)
