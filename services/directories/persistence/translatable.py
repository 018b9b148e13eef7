"""What can be translated: anything whose texts are kept by language, each with its state."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, TypeAlias
from uuid import UUID

from chassis.access import Companies
from chassis.database import UnitOfWork
from chassis.paging import Place
from services.directories.domain.translation import Coverage, Source, State, Translation

Position: TypeAlias = tuple[str, UUID, str]  # kind, owner and locale: lists to review come in this order


class Translatable(Protocol):
    """Finds and keeps texts in one session. `companies` are those whose owners count; all of them: everybody's too."""

    @property
    def kinds(self) -> Collection[str]: ...

    async def claim(self) -> None:
        """Makes this the only transaction that changes these texts until it ends."""

    async def written(self, kinds: Collection[str], companies: Companies) -> set[str]:
        """The locales that there are texts in."""

    async def coverage(self, kinds: Collection[str], locales: Collection[str], companies: Companies) -> list[Coverage]:
        """For each of `kinds` of which there is anything, in each locale."""

    async def to_review(
        self,
        kinds: Collection[str],
        locale: str | None,
        states: Collection[State],
        companies: Companies,
        after: Place | None,
        first: int,
    ) -> Sequence[Translation]:
        """By their positions, up to `first` + 1, the nearest to `after` first."""

    async def count_to_review(
        self, kinds: Collection[str], locale: str | None, states: Collection[State], companies: Companies
    ) -> int: ...

    async def find(self, owner_id: UUID, locale: str, companies: Companies) -> Translation | None:
        """What is kept in a language that is not the source's."""

    async def untranslated(self, kinds: Collection[str], locale: str) -> list[tuple[str, UUID]]:
        """Kinds and owners that have a source and lack a text, or have one by machine alone that is stale."""

    async def sources(self, owners: Collection[UUID], locale: str) -> dict[UUID, Source]:
        """Of those owners that are still untranslated in `locale`."""

    async def write(
        self, owner_id: UUID, locale: str, texts: Mapping[str, str], engine: str | None, work: UnitOfWork
    ) -> None:
        """Stores and tells it: by machine when `engine` made it, reviewed by the actor when None.

        Raises Invalid for a text that breaks its rule.
        """

    async def approve(self, owner_id: UUID, locale: str, work: UnitOfWork) -> None:
        """What is there now is a good translation of the source as it is now."""

    async def remove(self, owner_id: UUID, locale: str, work: UnitOfWork) -> None:
        """The text in this language, and tells it."""
