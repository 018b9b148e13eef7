"""The entries that every installation begins with, read from content/*.json."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from services.directories.domain.entries import Kind
from services.directories.domain.texts import TextChange

_CONTENT: Final = files("services.directories") / "content"
_FILES: Final = {  # what others belong to comes first
    Kind.CLASSIFICATION: "classifications",
    Kind.INCIDENT_TYPE: "incident_types",
    Kind.STATUS: "statuses",
    Kind.SEVERITY: "severities",
    Kind.OUTCOME: "outcomes",
    Kind.IMPACT_LEVEL: "impact_levels",
    Kind.PRIORITY: "priorities",
    Kind.DETECTION_SOURCE: "detection_sources",
    Kind.INDICATOR_TYPE: "indicator_types",
    Kind.ROLE: "roles",
    Kind.LINK_TYPE: "link_types",
    Kind.DEPARTMENT_KIND: "department_kinds",
    Kind.TIMESTAMP: "timestamps",
    Kind.FILE_KIND: "file_kinds",
}
_FIELDS: Final = {
    "color": "color",
    "icon": "icon",
    "order": "order",
    "classification": "classification",
    "category": "category",
    "isInitial": "is_initial",
    "visible": "visible",
    "rank": "rank",
    "pattern": "pattern",
    "single": "single",
    "inverse": "inverse",
}
LOCALES: Final = ("ar", "de", "en", "es", "fr", "kk", "ru")  # in which they are written; Arabic has the statuses only


@dataclass(frozen=True, slots=True)
class Default:
    """`fields` are by the names of domain/rules.py; the classification of a type is given by its code, the inverse of a
    link type too.
    """

    kind: Kind
    code: str
    fields: dict[str, Any]
    texts: list[TextChange]


def defaults() -> Iterator[Default]:
    for kind, name in _FILES.items():
        for source in json.loads((_CONTENT / f"{name}.json").read_text(encoding="utf-8")):
            fields = {ours: source[theirs] for theirs, ours in _FIELDS.items() if theirs in source}
            texts: list[TextChange] = [{"locale": locale, **text} for locale, text in source["translations"].items()]
            yield Default(kind, source["code"], fields, texts)
