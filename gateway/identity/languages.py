"""The languages a request asks for, from `Accept-Language`."""

import re
from typing import Final

_MOST: Final = 10
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_WEIGHT: Final = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


def accepted_languages(header: str | None) -> tuple[str, ...]:
    """BCP 47 tags, the most wanted first; what is no tag, or is refused by `q=0`, is left out."""
    wanted = [_weighed(part) for part in (header or "").split(",")[:_MOST]]
    chosen = sorted((each for each in wanted if each[1] > 0), key=lambda each: -each[1])
    return tuple(dict.fromkeys(tag for tag, _ in chosen if _TAG.fullmatch(tag)))


def _weighed(part: str) -> tuple[str, float]:
    tag, _, parameter = part.partition(";")
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return tag.strip(), 1.0
    return tag.strip(), float(value) if _WEIGHT.fullmatch(value.strip()) else 0.0
