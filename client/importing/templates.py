"""Texts made from a row: "{kinds} at {company}". Placeholders only; a template cannot decide or compute anything."""

import re
from dataclasses import dataclass

from client.importing.cells import as_text
from client.importing.values import CONTROL, Cells

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_MARK = "…"


def placeholders(template: str) -> tuple[str, ...]:
    """The columns named, in order. Raises ValueError when a brace is left over."""
    if re.search(r"[{}]", _PLACEHOLDER.sub("", template)):
        raise ValueError("has a brace without its partner; a placeholder looks like {column}.")
    return tuple(_PLACEHOLDER.findall(template))


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ended at a word where one ends in the last third."""
    if len(text) <= limit:
        return text
    room = text[: limit - len(_MARK) + 1]
    end = room.rfind(" ")
    return room[: end if end > limit * 2 // 3 else limit - len(_MARK)].rstrip(" ,;:-") + _MARK


@dataclass(frozen=True, slots=True)
class Template:
    """`if_empty` is used instead when a placeholder of `text` finds an empty cell."""

    text: str
    limit: int
    if_empty: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return placeholders(self.text) + placeholders(self.if_empty or "")

    def read(self, cells: Cells) -> str | None:
        missing = any(not as_text(cells[column]) for column in placeholders(self.text))
        template = self.if_empty if missing and self.if_empty is not None else self.text
        filled = _PLACEHOLDER.sub(lambda place: as_text(cells[place[1]]), template)
        return cut(" ".join(CONTROL.sub("", filled).split()), self.limit) or None
