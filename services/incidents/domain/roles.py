"""Who does what about an incident: the parts people have in it, for a time.

One role is another name of a field: the lead is the responsible person, whoever sets either. It is known by its code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chassis.errors import Invalid
from services.incidents.domain import details

LEAD: Final = "lead"
MOST_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody who is no user of the registry."""

    name: str | None
    email: str | None = None
    organization: str | None = None


def contact(given: Contact) -> dict[str, str | None]:
    """The columns that hold it. Raises Invalid for one without a name, and for what is no mail address."""
    values = {
        "contact_name": _checked("name", details.line, given.name),
        "contact_email": _checked("email", details.mail, given.email),
        "contact_organization": _checked("organization", details.line, given.organization),
    }
    if values["contact_name"] is None:
        raise Invalid("A contact has a name.", field=("contact", "name"))
    return values


def _checked(name: str, rule: details.Rule, value: str | None) -> str | None:
    try:
        found: str | None = rule(value)
    except ValueError as error:
        raise Invalid(str(error), field=("contact", name)) from error
    return found


def moment(told: datetime | None, now: datetime, *, field: str, not_before: datetime | None = None) -> datetime:
    """When a part in an incident begins or ends: now, or earlier. Raises Invalid."""
    try:
        at = details.moment(told) or now
    except ValueError as error:
        raise Invalid(str(error), field=(field,)) from error
    if at > now:
        raise Invalid("This is still to come: tell it when it has happened.", field=(field,))
    if not_before is not None and at < not_before:
        raise Invalid(f"It began only at {not_before.isoformat()}.", field=(field,))
    return at


def require_one_person(by: Mapping[str, object]) -> None:
    """Raises Invalid unless exactly one of the values, by their input fields, is given."""
    if sum(value is not None for value in by.values()) != 1:
        raise Invalid(f"Give either {' or '.join(by)}.", field=(next(iter(by)),))
