"""Values of which the graph knows only a few: words, several of them, and yes or no."""

import re
from dataclasses import dataclass

from client.importing.cells import BadValue, as_text
from client.importing.codes import Code
from client.importing.values import Cells, Tags

YES = ("true", "yes", "1")
NO = ("false", "no", "0")


def graph_word(text: str) -> str:
    """As the graph writes it: "Near miss" is NEAR_MISS, and AMBER+STRICT is AMBER_STRICT."""
    return re.sub(r"[^A-Z0-9]+", "_", text.upper())


@dataclass(frozen=True, slots=True)
class Word:
    """One of `words`, as the cell says or as the table of the mapping translates it."""

    code: Code
    words: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.code.columns

    def read(self, cells: Cells) -> str | None:
        found = self.code.read(cells)
        if found is None:
            return None
        if (word := graph_word(found)) not in self.words:
            known = ", ".join(self.words)
            reason = f"is none of {known}; correct it, or say in [values.{self.code.target}.codes] which it means"
            raise BadValue(self.code.column, as_text(cells[self.code.column]), reason)
        return word


@dataclass(frozen=True, slots=True)
class Words:
    """Several of `words`, each once, in the order found."""

    parts: Tags
    words: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.parts.columns

    def read(self, cells: Cells) -> list[str] | None:
        found = self.parts.read(cells) or []
        for part in found:
            if graph_word(part) not in self.words:
                raise BadValue(", ".join(self.columns), part, f"is none of {', '.join(self.words)}; correct it")
        return list(dict.fromkeys(map(graph_word, found))) or None


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no, by the words that the table has for them, in any case; an empty cell says neither."""

    column: str
    yes: tuple[str, ...] = YES
    no: tuple[str, ...] = NO

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def read(self, cells: Cells) -> bool | None:
        text = as_text(cells[self.column])
        for answer, words in ((True, self.yes), (False, self.no)):
            if text.casefold() in map(str.casefold, words):
                return answer
        if text:
            reason = f"is neither yes ({', '.join(self.yes)}) nor no ({', '.join(self.no)}); name it in yes or no"
            raise BadValue(self.column, text, reason)
        return None
