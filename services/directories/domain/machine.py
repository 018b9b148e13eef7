"""What is asked of a machine that translates, and what can come of it.

Exception
└── NotTranslated
    ├── Busy         asked too often: later, after so many seconds where it said so
    ├── Away         out of order or out of reach: perhaps later
    ├── Refused      it will never answer so: somebody has to change a setting
    └── Unusable     it answered, and not what was asked
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`texts` by ids that the answer has to have too; `glossary` has only what these texts need.

    `source` and `target` are BCP 47 tags; `source` is None where nobody knows it.
    """

    source: str | None
    target: str
    texts: Mapping[str, str]
    glossary: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Usage:
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Translations by the ids of the order, exactly those."""

    texts: Mapping[str, str]
    usage: Usage


class NotTranslated(Exception):
    def __init__(self, reason: str, usage: Usage | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.usage = usage or Usage()


class Busy(NotTranslated):
    def __init__(self, reason: str, seconds: float | None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Away(NotTranslated):
    pass


class Refused(NotTranslated):
    pass


class Unusable(NotTranslated):
    pass


class Machine(Protocol):
    @property
    def name(self) -> str:
        """What the translations are marked with."""

    async def translate(self, order: Order) -> Answer:
        """Raises NotTranslated."""

    async def close(self) -> None: ...
