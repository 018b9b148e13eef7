"""What of an incident may be sent to a machine outside that translates it, and what never is."""

from collections.abc import Mapping
from typing import Any, Final

from chassis.errors import Invalid
from services.incidents.domain.visibility import Visibility
from services.incidents.domain.vocabulary import Tlp

NARRATIVE: Final = (
    *("title", "description", "impact", "actions_taken", "preventive_measures", "no_measures_reason", "root_cause"),
    *("reports_and_records", "comment"),
)
LONGEST: Final = 20_000  # characters in all: somebody waits for it
_SHARED: Final = frozenset({Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER})  # marks that a processor outside may be given


def may_leave(visibility: Visibility, tlp: str) -> bool:
    """Whether its texts may leave the installation: not what is restricted, nor what is marked RED or AMBER_STRICT."""
    return visibility is Visibility.COMPANY and tlp in _SHARED


def narrative(texts: Mapping[str, Any]) -> dict[str, str]:
    """Of the fields of an incident those that tell what happened. Raises Invalid when they are too long."""
    found = {name: text for name in NARRATIVE if (text := texts.get(name))}
    size = sum(map(len, found.values()))
    if size > LONGEST:
        raise Invalid(f"The texts of an incident are translated up to {LONGEST} characters; these have {size}.")
    return found
