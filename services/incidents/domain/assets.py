"""What an incident affects: systems, services, people, data, sites, suppliers; by name or reference."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from chassis.errors import Invalid
from services.incidents.domain import details
from services.incidents.domain.vocabulary import word

MOST_ASSETS: Final = 500
LONGEST_NOTE: Final = 2_000


class AssetKind(StrEnum):
    SYSTEM = "SYSTEM"
    SERVICE = "SERVICE"
    PERSON = "PERSON"
    DATA = "DATA"
    SITE = "SITE"
    SUPPLIER = "SUPPLIER"


class Compromise(StrEnum):
    """Whether an attacker has it in hand."""

    UNKNOWN = "UNKNOWN"
    NO = "NO"
    SUSPECTED = "SUSPECTED"
    CONFIRMED = "CONFIRMED"


def note(value: str | None) -> str | None:
    if value is not None and len(value) > LONGEST_NOTE:
        raise ValueError(f"At most {LONGEST_NOTE} characters; this has {len(value)}.")
    return details.text(value)


RULES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "kind": word(AssetKind, AssetKind.SYSTEM),
    "name": details.line,
    "compromise": word(Compromise, Compromise.UNKNOWN),
    "note": note,
}
_REFERENCES: Final = {"site_id": AssetKind.SITE, "user_id": AssetKind.PERSON}


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """In the form they are stored in; ids stay. Raises Invalid naming the field."""
    return {name: _checked(name, value) for name, value in values.items()}


def require_whole(values: Mapping[str, Any]) -> None:
    """Raises Invalid unless it is told what it is, by a name or by a reference that its kind has."""
    for name, kind in _REFERENCES.items():
        if values[name] is not None and values["kind"] != kind:
            raise Invalid(f"Only what is of the kind {kind} is named so: give its kind, or a name.", field=(name,))
    if values["name"] is None and not any(values[name] for name in _REFERENCES):
        raise Invalid("Name what is affected.", field=("name",))


def _checked(name: str, value: Any) -> Any:
    if name in _REFERENCES:
        return value
    try:
        return RULES[name](value)
    except ValueError as error:
        raise Invalid(str(error), field=(name,)) from error
