"""How files come in: in one piece or in parts, how many at once, and how long what was asked for is waited for."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from chassis.errors import Invalid

MOST_AT_ONCE: Final = 20  # files of one request
MOST_OF_OWNER: Final = 200  # files, with those that are on their way
MOST_WAITING: Final = 100  # uploads of one person that were begun and not completed
LINKS_LAST: Final = timedelta(minutes=15)
KEPT_WAITING: Final = timedelta(hours=24)
IN_ONE_PIECE: Final = 64 * 2**20
_PART: Final = 64 * 2**20  # S3 takes parts of 5 MiB to 5 GiB, and 10,000 of them
_MOST_PARTS: Final = 1_000  # links of one answer


@dataclass(frozen=True, slots=True)
class PartPlan:
    """The `number`-th piece of a file, counted from 1: `size` bytes from `offset` on."""

    number: int
    offset: int
    size: int


def in_parts(size: int) -> bool:
    """Large files come in parts, so that who is interrupted goes on where it was."""
    return size > IN_ONE_PIECE


def parts_of(size: int) -> list[PartPlan]:
    """All of one length but the last; no more than a thousand."""
    length = max(_PART, -(-size // _MOST_PARTS))
    return [
        PartPlan(number, offset, min(length, size - offset))
        for number, offset in enumerate(range(0, size, length), start=1)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is taken already, files and uploads together; `quota` is None where a company may store what it likes."""

    owner: str  # what it is called
    of_owner: int
    of_company: int  # bytes
    waiting: int  # uploads of who asks
    quota: int | None

    def require(self, sizes: list[int]) -> None:
        """Raises Invalid, saying which limit is in the way and what helps."""
        if len(sizes) > MOST_AT_ONCE:
            raise Invalid(f"Ask for up to {MOST_AT_ONCE} files at once.", field=("files",))
        if self.of_owner + len(sizes) > MOST_OF_OWNER:
            raise Invalid(
                f"Up to {MOST_OF_OWNER} files belong to one {self.owner}, with those on their way, and to this one "
                f"{self.of_owner}: delete some, or put several into an archive.",
                field=("files",),
            )
        if self.waiting + len(sizes) > MOST_WAITING:
            raise Invalid(
                f"You have begun {self.waiting} uploads, and up to {MOST_WAITING} wait at once: complete or abandon "
                "some.",
                field=("files",),
            )
        if self.quota is not None and self.of_company + sum(sizes) > self.quota:
            left = max(0, self.quota - self.of_company)
            raise Invalid(
                f"There is room for {left} more bytes, and this needs {sum(sizes)}: delete files, or ask "
                "who runs the registry for more.",
                field=("files",),
            )
