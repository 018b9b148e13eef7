"""What may be written into an entry: every value is checked here, whoever brings it.

A rule takes the value, gives it back in the form it is stored in, and raises ValueError saying what would be right.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

import re2

from chassis.errors import Invalid
from chassis.locales import canonical
from services.directories.domain.colours import colour
from services.directories.domain.entries import FINAL, PARENTS, RANKED, Kind, StatusCategory

Rule: TypeAlias = Callable[[Any], Any]

LONGEST_CODE: Final = 100
LONGEST_NAME: Final = 200
LONGEST_DESCRIPTION: Final = 5_000
LONGEST_PATTERN: Final = 500
LARGEST_NUMBER: Final = 2**31 - 1
_CODE: Final = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_QUIET: Final = re2.Options()
_QUIET.log_errors = False
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # no text, nor of XML
_LINE_END: Final = re.compile(r"\r\n?")


def code(value: str) -> str:
    if len(value) > LONGEST_CODE or not _CODE.fullmatch(value):
        raise ValueError(
            f"A code has up to {LONGEST_CODE} small letters and digits, in parts joined by single hyphens or dots, "
            "for example fraud.phishing."
        )
    return value


def icon(value: str | None) -> str | None:
    if value is not None and (len(value) > LONGEST_CODE or not _CODE.fullmatch(value)):
        raise ValueError("An icon is named by small letters, digits and hyphens, for example shield-alert.")
    return value


def number(value: int | None) -> int:
    if value is None or not 0 <= value <= LARGEST_NUMBER:
        raise ValueError("This must be a number from 0 up.")
    return value


def flag(value: bool | None) -> bool:
    if value is None:
        raise ValueError("This is either true or false.")
    return value


def reference(value: Any) -> Any:
    """What it names is found out later."""
    if value is None:
        raise ValueError("Name one.")
    return value


def day(value: date | None) -> date | None:
    return value


def pattern(value: str | None) -> str | None:
    if not value:
        return None
    if len(value) > LONGEST_PATTERN:
        raise ValueError(f"A pattern has at most {LONGEST_PATTERN} characters.")
    if _CONTROL.search(value) or "\r" in value:
        raise ValueError("A pattern has no control characters: write them as \\x1b, for example.")
    try:
        re2.compile(value, _QUIET)
    except re2.error as error:
        raise ValueError(f"This is no regular expression of RE2: {_reason(error)}.") from error
    return value


def _reason(error: Exception) -> str:
    told = error.args[0] if error.args else ""
    return told.decode(errors="replace") if isinstance(told, bytes) else str(told)


def name(value: str | None) -> str:
    found = " ".join((value or "").split())
    if not 1 <= len(found) <= LONGEST_NAME or _CONTROL.search(found):
        raise ValueError(f"A name has 1 to {LONGEST_NAME} characters.")
    return found


def description(value: str | None) -> str | None:
    found = _LINE_END.sub("\n", (value or "").strip())
    if len(found) > LONGEST_DESCRIPTION or _CONTROL.search(found):
        raise ValueError(f"A description has at most {LONGEST_DESCRIPTION} characters.")
    return found or None


RULES: Final[Mapping[str, Rule]] = {
    "code": code,
    "color": colour,
    "icon": icon,
    "order": number,
    "active": flag,
    "valid_from": day,
    "valid_to": day,
    "visible": flag,
    "is_initial": flag,
    "rank": number,
    "pattern": pattern,
    "single": flag,
    "category": StatusCategory,
    "classification": reference,
    "parent": lambda value: value,
    "inverse": lambda value: value,
}
_OWN: Final[Mapping[str, frozenset[Kind]]] = {
    "classification": frozenset({Kind.INCIDENT_TYPE}),
    "parent": frozenset(kind for kind, of in PARENTS.items() if kind is of),
    "category": frozenset({Kind.STATUS}),
    "is_initial": frozenset({Kind.STATUS}),
    "visible": frozenset({Kind.STATUS}),
    "rank": RANKED,
    "pattern": frozenset({Kind.INDICATOR_TYPE}),
    "single": frozenset({Kind.ROLE}),
    "inverse": frozenset({Kind.LINK_TYPE}),
}
_REQUIRED: Final[Mapping[Kind, str]] = {
    Kind.INCIDENT_TYPE: "classification",
    Kind.STATUS: "category",
    Kind.SEVERITY: "rank",
    Kind.IMPACT_LEVEL: "rank",
    Kind.PRIORITY: "rank",
}


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The fields that entries of this directory have."""
    return tuple(name for name in RULES if kind in _OWN.get(name, {kind}))


def check(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """All values in the form they are stored in. Raises Invalid naming the first that breaks its rule."""
    for given in values:
        check_belongs(kind, given)
    return {given: checked(RULES[given], value, given) for given, value in values.items()}


def check_belongs(kind: Kind, field: str) -> None:
    """Raises Invalid when entries of this directory have no such field."""
    owners = _OWN.get(field)
    if owners is not None and kind not in owners:
        named = ", ".join(sorted(owner.name for owner in owners))
        raise Invalid(f"Only entries of {named} have this; leave it out.", field=(field,))


def check_complete(kind: Kind, given: Mapping[str, Any]) -> None:
    """Raises Invalid when a new entry lacks what its directory is about."""
    needed = _REQUIRED.get(kind)
    if needed is not None and given.get(needed) is None:
        raise Invalid(f"An entry of the directory {kind.name} needs this.", field=(needed,))


def check_initial(*, is_initial: bool, active: bool, category: StatusCategory | None) -> None:
    """Raises Invalid for an initial status that no new incident could take."""
    if is_initial and not active:
        raise Invalid("The initial status must be active: mark another one as initial first.", field=("active",))
    if is_initial and category in FINAL:
        raise Invalid("A final status cannot be the initial one.", field=("is_initial",))


def check_initial_everywhere(*, is_initial: bool, limited: bool) -> None:
    """Raises Invalid for an initial status that is of one company, or valid on some days only."""
    if is_initial and limited:
        text = "The initial status is there for every company and on every day: mark another one as initial."
        raise Invalid(text, field=("is_initial",))


def check_validity(since: date | None, until: date | None) -> None:
    """Raises Invalid when the last day comes before the first one."""
    if since is not None and until is not None and until < since:
        raise Invalid("The last day of validity is before the first one.", field=("valid_to",))


def locale(value: str, *field: str) -> str:
    return str(checked(canonical, value, *field))


def checked(rule: Rule, value: Any, *field: str) -> Any:
    """Raises Invalid naming `field`."""
    try:
        return rule(value)
    except ValueError as error:
        raise Invalid(str(error), field=field) from error
