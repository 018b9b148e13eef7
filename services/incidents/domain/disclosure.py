"""What of an incident may be sent to a machine outside that translates it, and what never is."""

from collections.abc import Mapping
from typing import Any, Final

from chassis.errors import Invalid
from services.incidents.domain.visibility import Visibility

NARRATIVE: Final = ("title", "description", "impact", "actions_taken", "preventive_measures", "comment")
LONGEST: Final = 20_000  # characters in all: somebody waits for it
_SHARED: Final = frozenset({"CLEAR", "WHITE", "GREEN", "AMBER"})  # marks that a processor outside may be given


def may_leave(visibility: Visibility, tlp: str | None = None) -> bool:
    """Whether its texts may leave the installation.

    `tlp` is its mark by the Traffic Light Protocol (`TLP:AMBER` or `AMBER`), None where it has none. RED and
    AMBER+STRICT stay, and so does whatever is no mark that we know.
    """
    shared = tlp is None or tlp.strip().upper().removeprefix("TLP:") in _SHARED
    return visibility is Visibility.COMPANY and shared


def mark_of(incident: object) -> str | None:
    """By the Traffic Light Protocol, None where incidents have no such field; once they have it, it holds at once."""
    mark: str | None = getattr(incident, "tlp", None)
    return mark


def narrative(texts: Mapping[str, Any]) -> dict[str, str]:
    """Of the fields of an incident those that tell what happened. Raises Invalid when they are too long."""
    found = {name: text for name in NARRATIVE if (text := texts.get(name))}
    size = sum(map(len, found.values()))
    if size > LONGEST:
        raise Invalid(f"The texts of an incident are translated up to {LONGEST} characters; these have {size}.")
    return found
