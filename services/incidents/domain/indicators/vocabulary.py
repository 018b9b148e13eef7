"""The words and bounds of indicators, and the rules of what is said of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from services.incidents.domain import details
from services.incidents.domain.vocabulary import Pap, Tlp, word

LONGEST_VALUE: Final = 4_000
LONGEST_NOTE: Final = 2_000
MOST_AT_ONCE: Final = 100
MOST_OF_AN_INCIDENT: Final = 1_000
MOST_ATTACK_IDS: Final = 50
SUREST: Final = 100
_ATTACK_ID: Final = re.compile(r"T[0-9]{4}(?:\.[0-9]{3})?|TA[0-9]{4}")


class IndicatorRole(StrEnum):
    """What an indicator is in an incident."""

    ATTACKER = "ATTACKER"
    VICTIM = "VICTIM"
    INFRA = "INFRA"
    ARTIFACT = "ARTIFACT"
    UNKNOWN = "UNKNOWN"


def confidence(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= SUREST:
        raise ValueError(f"A confidence is a number from 0 to {SUREST}.")
    return value


def attack_ids(value: Sequence[str] | None) -> list[str]:
    """Tactics and techniques of MITRE ATT&CK, each once, in the order given."""
    found = list(dict.fromkeys(each.strip().upper() for each in value or ()))
    if len(found) > MOST_ATTACK_IDS:
        raise ValueError(f"At most {MOST_ATTACK_IDS} tactics and techniques.")
    if not all(map(_ATTACK_ID.fullmatch, found)):
        raise ValueError("Tactics and techniques of ATT&CK are written like TA0001, T1566 or T1566.001.")
    return found


def note(value: str | None) -> str | None:
    if value is not None and len(value) > LONGEST_NOTE:
        raise ValueError(f"At most {LONGEST_NOTE} characters; this has {len(value)}.")
    return details.text(value)


def yes_or_no(value: bool | None) -> bool:
    """Nothing is no."""
    return value is True


OF_THE_INDICATOR: Final[Mapping[str, Callable[[Any], Any]]] = {
    "tlp": word(Tlp, Tlp.AMBER),
    "pap": word(Pap, Pap.AMBER),
    "is_ioc": yes_or_no,
    "confidence": confidence,
    "first_seen": details.moment,
    "last_seen": details.moment,
    "valid_until": details.moment,
    "description": note,
    "tags": details.tags,
    "attack_ids": attack_ids,
    "whitelisted": yes_or_no,
}
OF_THE_LINK: Final[Mapping[str, Callable[[Any], Any]]] = {
    "role": word(IndicatorRole, IndicatorRole.UNKNOWN),
    "sighted": yes_or_no,
    "sighted_at": details.moment,
    "ignore_similarity": yes_or_no,
    "note": note,
}
