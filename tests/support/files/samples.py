"""What a sample is."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Sample:
    """A file as somebody sends it, and the code of what must be found; none for a good one."""

    title: str
    name: str
    content: bytes
    code: str | None = None
    declared: str = ""


def fixed(seed: int) -> Random:
    """The same choices every time."""
    return Random(seed)  # noqa: S311 - nothing here is a secret.


def noise(dice: Random, size: int) -> bytes:
    return dice.randbytes(size)


_WORDS = [
    "alert",
    "blocked",
    "account",
    "reset",
    "invoice",
    "gateway",
    "denied",
    "токен",
    "пароль",
    "報告",
    "événement",
    "Größe",
    "login",
    "from",
    "host",
    "at",
]


def words(dice: Random, count: int) -> str:
    return " ".join(dice.choice(_WORDS) for _ in range(count))
