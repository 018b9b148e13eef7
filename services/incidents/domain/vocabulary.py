"""The words that some fields of an incident are chosen from, and what stands there when nobody chose."""

from collections.abc import Callable, Sequence
from enum import StrEnum


class Kind(StrEnum):
    INCIDENT = "INCIDENT"
    EVENT = "EVENT"
    NEAR_MISS = "NEAR_MISS"
    EXERCISE = "EXERCISE"


class Tlp(StrEnum):
    """The Traffic Light Protocol, version 2.0: to whom it may be told."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER_STRICT"
    RED = "RED"


class Pap(StrEnum):
    """The Permissible Actions Protocol: what may be done with what is known."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"


class ImpactArea(StrEnum):
    CONFIDENTIALITY = "CONFIDENTIALITY"
    INTEGRITY = "INTEGRITY"
    AVAILABILITY = "AVAILABILITY"
    SAFETY = "SAFETY"
    FINANCE = "FINANCE"
    LEGAL = "LEGAL"
    REPUTATION = "REPUTATION"


class Channel(StrEnum):
    """By what way a registration came."""

    WEB = "WEB"
    API = "API"
    MAIL = "MAIL"
    ALERT = "ALERT"
    CHAT = "CHAT"
    IMPORT = "IMPORT"


def word(words: type[StrEnum], usual: StrEnum) -> Callable[[str | None], str]:
    """The rule of a field that always has one of `words`: nothing is the usual one."""

    def rule(value: str | None) -> str:
        return usual.value if value is None else words(value).value

    return rule


def impact_areas(value: Sequence[str] | None) -> list[str]:
    """Each once, in the order of the vocabulary."""
    chosen = {ImpactArea(each) for each in value or ()}
    return [area.value for area in ImpactArea if area in chosen]
