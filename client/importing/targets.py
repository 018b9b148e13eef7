"""The fields of a new incident that a mapping may fill, and what each takes."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Kind(Enum):
    TEXT = auto()
    COUNTRY = auto()
    INTEGER = auto()
    DECIMAL = auto()
    MOMENT = auto()
    CODE = auto()
    WORD = auto()
    WORDS = auto()
    FLAG = auto()
    TAGS = auto()


@dataclass(frozen=True, slots=True)
class Target:
    """`limit` is in characters, of texts; `words` are those that the graph knows; `path` leads there in the input."""

    kind: Kind
    limit: int = 0
    words: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


TITLE = "title"
TIMESTAMPS = "timestamps"
_TITLE_LIMIT = 200
_LINE_LIMIT = 300
_NARRATIVE_LIMIT = 100_000
TAG_LIMIT = 64
_LINE = Target(Kind.TEXT, _LINE_LIMIT)
_NARRATIVE = Target(Kind.TEXT, _NARRATIVE_LIMIT)

TARGETS: dict[str, Target] = {
    TITLE: Target(Kind.TEXT, _TITLE_LIMIT),
    **dict.fromkeys(("classification", "type", "severity", "priority", "status"), Target(Kind.CODE)),
    **dict.fromkeys(("detectionSource", "impactLevel", "outcome"), Target(Kind.CODE)),
    "kind": Target(Kind.WORD, words=("INCIDENT", "EVENT", "NEAR_MISS", "EXERCISE")),
    "tlp": Target(Kind.WORD, words=("CLEAR", "GREEN", "AMBER", "AMBER_STRICT", "RED")),
    "pap": Target(Kind.WORD, words=("CLEAR", "GREEN", "AMBER", "RED")),
    "visibility": Target(Kind.WORD, words=("COMPANY", "RESTRICTED")),
    "impactAreas": Target(
        Kind.WORDS,
        words=("CONFIDENTIALITY", "INTEGRITY", "AVAILABILITY", "SAFETY", "FINANCE", "LEGAL", "REPUTATION"),
    ),
    **dict.fromkeys(("responsibleId", "departmentId", "teamId", "location.siteId", "reportedBy.userId"), _LINE),
    **dict.fromkeys(("location.text", "reportedBy.name", "reportedBy.email", "reportedBy.phone"), _LINE),
    "location.country": Target(Kind.COUNTRY),
    "location.latitude": Target(Kind.DECIMAL, path=("location", "coordinates", "latitude")),
    "location.longitude": Target(Kind.DECIMAL, path=("location", "coordinates", "longitude")),
    "cost.amount": Target(Kind.DECIMAL),
    **dict.fromkeys(("cost.currency", "language", "source.system", "source.externalId"), _LINE),
    "source.url": Target(Kind.TEXT, 2_000),
    **dict.fromkeys(("occurredAt", "occurredUntil", "detectedAt", "awareAt", "reportedAt"), Target(Kind.MOMENT)),
    **dict.fromkeys(("acknowledgedAt", "respondedAt", "containedAt", "eradicatedAt"), Target(Kind.MOMENT)),
    **dict.fromkeys(("recoveredAt", "firstResolvedAt", "resolvedAt", "closedAt"), Target(Kind.MOMENT)),
    "firstReopenedAt": Target(Kind.MOMENT),
    **dict.fromkeys(("dataSubjectsAffected", "recordsAffected"), Target(Kind.INTEGER)),
    **dict.fromkeys(("personalData", "criticalService", "reportedBy.external"), Target(Kind.FLAG)),
    **dict.fromkeys(("description", "impact", "actionsTaken", "preventiveMeasures", "noMeasuresReason"), _NARRATIVE),
    **dict.fromkeys(("rootCause", "reportsAndRecords", "indicatorsText", "comment"), _NARRATIVE),
    "tags": Target(Kind.TAGS),
}
CODED = frozenset(name for name, target in TARGETS.items() if target.kind is Kind.CODE)
TRANSLATED = CODED | {name for name, target in TARGETS.items() if target.kind in (Kind.WORD, Kind.COUNTRY)}
CUSTOM: Final = "customTimestamps"  # whose fields are called by the codes of a directory
_CUSTOM_TIMESTAMP: Final = Target(Kind.MOMENT)
GROUPS = frozenset({CUSTOM, *(name.partition(".")[0] for name in TARGETS if "." in name)})
NEEDS: Final = (  # what says nothing without another
    ("cost.amount", "cost.currency"),
    ("cost.currency", "cost.amount"),
    ("location.latitude", "location.longitude"),
    ("location.longitude", "location.latitude"),
    ("source.externalId", "source.system"),
)


def target_named(name: str) -> Target | None:
    return _CUSTOM_TIMESTAMP if custom_code(name) else TARGETS.get(name)


def custom_code(name: str) -> str:
    """Which entry of the directory of timestamps the field is, if it is one."""
    group, _, code = name.partition(".")
    return code if group == CUSTOM else ""


def path_of(name: str) -> tuple[str, ...]:
    """Where the input of an incident has the field."""
    return TARGETS[name].path or tuple(name.split("."))


def timestamp_of(name: str) -> str:
    """What the graph calls the moment: `containedAt` is CONTAINED."""
    return re.sub(r"(?=[A-Z])", "_", name.removesuffix("At")).upper()


_NAMES: Final = {path_of(name): name for name in TARGETS}
_DEEPEST: Final = max(map(len, _NAMES))


def target_of(path: list[str]) -> str | None:
    """The field that a refusal's path ends in: ["input", "incidents", "3", "location", "text"] is location.text."""
    for depth in range(_DEEPEST, 0, -1):
        name = _NAMES.get(tuple(path[-depth:]))
        if len(path) >= depth and name is not None:
            return name
    # A path may go on below a field: into a tag, or to the code of a reference.
    return target_of(path[:-1]) if path else None
