"""What may be written into the fields of what hangs on an incident; rules as those of domain/details.py."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from chassis.errors import Invalid
from services.incidents.domain import details
from services.incidents.domain.details import Rule

LONGEST_PART_TEXT: Final = 20_000


def checked(values: Mapping[str, Any], rules: Mapping[str, Rule], *field: str) -> dict[str, Any]:
    """Those that have a rule, in the form they are stored in.

    Raises Invalid naming the first that breaks its rule, below `field`.
    """
    return {name: _checked(value, rules[name], (*field, name)) for name, value in values.items() if name in rules}


def _checked(value: Any, rule: Rule, field: tuple[str, ...]) -> Any:
    try:
        return rule(value)
    except ValueError as error:
        raise Invalid(str(error), field=field) from error


def text(value: str | None) -> str | None:
    if value is not None and len(value) > LONGEST_PART_TEXT:
        raise ValueError(f"At most {LONGEST_PART_TEXT} characters; this has {len(value)}.")
    return details.text(value)


def flag(value: bool | None) -> bool:
    """Nothing is no."""
    return bool(value)


def several(given: Sequence[UUID] | None, most: int, *, field: str) -> list[UUID]:
    """Each once, in the order given. Raises Invalid."""
    found = list(dict.fromkeys(given or ()))
    if len(found) > most:
        raise Invalid(f"At most {most}; these are {len(found)}.", field=(field,))
    return found


def new_ones(after: Collection[UUID], before: Collection[UUID]) -> list[UUID]:
    """Those of `after` that were not there before, in their order."""
    return [each for each in after if each not in before]
