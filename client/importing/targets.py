"""The fields of a new incident that a mapping may fill, and what each takes."""

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    TEXT = auto()
    COUNTRY = auto()
    INTEGER = auto()
    MOMENT = auto()
    CODE = auto()
    TAGS = auto()


@dataclass(frozen=True, slots=True)
class Target:
    """`limit` is in characters, of texts."""

    kind: Kind
    limit: int = 0


TITLE = "title"
_TITLE_LIMIT = 200
_LINE_LIMIT = 300
_NARRATIVE_LIMIT = 100_000
TAG_LIMIT = 64

TARGETS: dict[str, Target] = {
    TITLE: Target(Kind.TEXT, _TITLE_LIMIT),
    "description": Target(Kind.TEXT, _NARRATIVE_LIMIT),
    "classification": Target(Kind.CODE),
    "type": Target(Kind.CODE),
    "severity": Target(Kind.CODE),
    "status": Target(Kind.CODE),
    "responsibleId": Target(Kind.TEXT, _LINE_LIMIT),
    "location.text": Target(Kind.TEXT, _LINE_LIMIT),
    "location.country": Target(Kind.COUNTRY),
    "reportedBy.name": Target(Kind.TEXT, _LINE_LIMIT),
    "reportedBy.email": Target(Kind.TEXT, _LINE_LIMIT),
    "reportedBy.phone": Target(Kind.TEXT, _LINE_LIMIT),
    "occurredAt": Target(Kind.MOMENT),
    "detectedAt": Target(Kind.MOMENT),
    "reportedAt": Target(Kind.MOMENT),
    "dataSubjectsAffected": Target(Kind.INTEGER),
    "recordsAffected": Target(Kind.INTEGER),
    "impact": Target(Kind.TEXT, _NARRATIVE_LIMIT),
    "actionsTaken": Target(Kind.TEXT, _NARRATIVE_LIMIT),
    "preventiveMeasures": Target(Kind.TEXT, _NARRATIVE_LIMIT),
    "comment": Target(Kind.TEXT, _NARRATIVE_LIMIT),
    "tags": Target(Kind.TAGS),
}
CODED = frozenset(name for name, target in TARGETS.items() if target.kind is Kind.CODE)


def target_of(path: list[str]) -> str | None:
    """The field that a refusal's path ends in: ["input", "incidents", "3", "location", "text"] is location.text."""
    for depth in (2, 1):
        name = ".".join(path[-depth:])
        if len(path) >= depth and name in TARGETS:
            return name
    # A path may go on below a field: into a tag, or to the code of a reference.
    return target_of(path[:-1]) if path else None
