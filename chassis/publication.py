"""What a service lets others copy: the rows of its things, told in nobody's name."""

from collections.abc import Callable, Collection
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import Select, func, or_

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import VIEW, Database

Row: TypeAlias = dict[str, Any]


class SnapshotPage(BaseModel):
    """A question for the rows after `after`, in the order of their ids."""

    after: UUID | None = None
    limit: int = Field(default=500, ge=1, le=1000)


class Lookup(BaseModel):
    """A question for the rows with these ids, or with these codes where the thing has one."""

    ids: list[UUID] = []
    codes: list[str] = []


class Publication(Protocol):
    """Answers both questions with rows that have at least `id` and `version`."""

    async def page(self, asked: SnapshotPage) -> list[Row]: ...

    async def find(self, asked: Lookup) -> list[Row]: ...


def _as_selected(row: Any) -> Row:
    return dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name


class TablePublication:
    """The rows of `statement` by the column `id`, and `code` where there is one; `shown` gives them their form.

    They are read `through` these walls of the database.
    """

    def __init__(
        self,
        database: Database,
        statement: Select[*tuple[Any, ...]],
        *,
        id: Any,
        code: Any = None,
        shown: Callable[[Any], Row] = _as_selected,
        through: Collection[str] = (VIEW,),
    ) -> None:
        self._database = database
        self._statement = statement
        self._id = id
        self._code = code
        self._shown = shown
        self._through = through
        self._actor = Actor.system("publication", EVERY_COMPANY)

    async def page(self, asked: SnapshotPage) -> list[Row]:
        rest = self._statement if asked.after is None else self._statement.where(self._id > asked.after)
        return await self._rows(rest.order_by(self._id).limit(asked.limit))

    async def find(self, asked: Lookup) -> list[Row]:
        named = self._id == func.any(asked.ids)
        if self._code is not None:
            named = or_(named, self._code == func.any(asked.codes))
        return await self._rows(self._statement.where(named))

    async def _rows(self, statement: Select[*tuple[Any, ...]]) -> list[Row]:
        async with self._database.read(self._actor, through=self._through) as session:
            return [self._shown(row) for row in await session.execute(statement)]
