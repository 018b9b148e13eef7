"""Places in texts of mails: `{{ incident.reference }}`. Only the names of NAMES; nothing is computed in them.

They are filled in one go, so that braces in a title stay what they are.
"""

import re
from collections.abc import Mapping
from typing import Final

NAMES: Final = (
    "incident.reference",
    "incident.title",
    "incident.status",
    "incident.severity",
    "incident.type",
    "incident.classification",
    "incident.registeredAt",
    "incident.tlp",
    "incident.link",
    "recipient.name",
    "sender.name",
)
_PLACE: Final = re.compile(r"\{\{\s*([^{}\s]{1,60})\s*\}\}")
_BRACES: Final = re.compile(r"\{\{.{0,60}|\}\}", re.DOTALL)


def filled(text: str, values: Mapping[str, str]) -> str:
    """What has no value is left out."""
    return _PLACE.sub(lambda place: values.get(place[1], ""), text)


def first_wrong(text: str) -> str | None:
    """The first place that is none of NAMES, as it is written; None when all are."""
    unknown = next((place[0] for place in _PLACE.finditer(text) if place[1] not in NAMES), None)
    if unknown is not None:
        return unknown
    stray = _BRACES.search(_PLACE.sub("", text))
    return stray and stray[0].splitlines()[0]
