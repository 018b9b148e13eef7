"""How far a translation can be relied on, and what it was made from.

    MISSING -> MACHINE -> REVIEWED        and from both to STALE when the source text changes

What a person writes is reviewed by that. The source is the text in the language of the installation.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """How far a translation can be relied on."""

    MISSING = "MISSING"
    MACHINE = "MACHINE"
    REVIEWED = "REVIEWED"
    STALE = "STALE"


class Operation(StrEnum):
    """What history calls that which is done to a translation."""

    TRANSLATED = "TRANSLATED"
    APPROVED = "APPROVED"
    CORRECTED = "CORRECTED"
    REJECTED = "REJECTED"


STATES_TO_REVIEW = (State.MACHINE, State.STALE)


def digest(*texts: str | None) -> str:
    """SHA-256, in hexadecimal, of the texts of one thing in their order."""
    return hashlib.sha256("\n".join(text or "" for text in texts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is to be translated: the texts of one owner by their names (`name`, `description`), and their digest.

    `locale` is the BCP 47 tag of the language they are in.
    """

    kind: str
    owner_id: UUID
    locale: str
    texts: Mapping[str, str]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A text in one language beside its source; `source` is None where there is nothing in the source's language."""

    kind: str
    owner_id: UUID
    label: str
    locale: str
    state: State
    texts: Mapping[str, str]
    source: Mapping[str, str] | None
    engine: str | None

    @property
    def revision(self) -> str:
        """Tells whether somebody who looks at it sees what there is now."""
        return digest(self.state, *_flat(self.texts), *_flat(self.source or {}))[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many texts of one kind there are in one language, by state; `total` is how many there should be."""

    kind: str
    locale: str
    total: int
    by_state: Mapping[State, int]

    def count(self, state: State) -> int:
        if state is State.MISSING:
            return self.total - sum(self.by_state.values())
        return self.by_state.get(state, 0)


def _flat(texts: Mapping[str, str]) -> list[str]:
    return [part for pair in sorted(texts.items()) for part in pair]
