"""What an incident is linked to: another incident, in both directions, or a page somewhere else."""

from typing import Final
from urllib.parse import urlsplit

from chassis.errors import Invalid
from services.incidents.domain import details, measures

MOST_LINKS: Final = 200
LONGEST_NOTE: Final = 2_000
# Whose links lead from the whole to its parts, or back: no incident may be a part of itself in the end.
PARENT_OF: Final = "parent-of"
CHILD_OF: Final = "child-of"


def note(value: str | None) -> str | None:
    """As written. Raises Invalid."""
    try:
        found = details.text(value)
    except ValueError as error:
        raise Invalid(str(error), field=("note",)) from error
    if found is not None and len(found) > LONGEST_NOTE:
        raise Invalid(f"At most {LONGEST_NOTE} characters; this has {len(found)}.", field=("note",))
    return found


def page(url: str, title: str | None) -> dict[str, str]:
    """The columns of a link to somewhere else. Raises Invalid for an address that holds a password, too."""
    try:
        address = measures.url(url) or ""
    except ValueError as error:
        raise Invalid(str(error), field=("url",)) from error
    if _holds_credentials(address):
        raise Invalid("An address that everybody may read holds no name and password: leave them out.", field=("url",))
    try:
        told = details.line(title)
    except ValueError as error:
        raise Invalid(str(error), field=("title",)) from error
    if told is None:
        raise Invalid("Say in the title what there is to find.", field=("title",))
    return {"url": address, "title": told}


def _holds_credentials(address: str) -> bool:
    try:
        return "@" in urlsplit(address).netloc
    except ValueError as error:
        raise Invalid("This is no address.", field=("url",)) from error
