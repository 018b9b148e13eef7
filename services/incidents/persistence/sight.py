"""Which incidents there are for an actor: as conditions with the actor's companies, or with parameters for them.

Statements that are asked all the time are made once, with parameters, and kept by what they look like: it takes
SQLAlchemy longer to make some than PostgreSQL to answer them.
"""

from collections.abc import Collection
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Integer, Select, Uuid, bindparam, func, select

from chassis.access import EVERY_COMPANY, Actor, Companies, Everywhere
from chassis.rowsecurity import among, confided
from services.incidents.domain import permissions
from services.incidents.persistence.rows import IncidentRow

IDS: Final[BindParameter[Any]] = bindparam("ids", type_=ARRAY(Uuid()))
MOST: Final[BindParameter[Any]] = bindparam("most", type_=Integer())
"""How many rows at most."""
_SEEN: Final[BindParameter[Any]] = bindparam("seen", type_=ARRAY(Uuid()))
_ALL_OF: Final[BindParameter[Any]] = bindparam("all_of", type_=ARRAY(Uuid()))
_READER: Final[BindParameter[Any]] = bindparam("reader", type_=Uuid())


class Shape(NamedTuple):
    """What makes statements of actors differ but for their parameters."""

    everywhere: bool
    all_of_everywhere: bool


class Sight(NamedTuple):
    """The companies whose incidents are seen, those of which restricted ones are seen, and who is a member of some."""

    seen: Companies | BindParameter[Any]
    all_of: Companies | BindParameter[Any]
    reader: UUID | BindParameter[Any]

    @classmethod
    def of(cls, actor: Actor) -> Self:
        return cls(actor.companies(permissions.VIEW), actor.companies(permissions.VIEW_RESTRICTED), actor.id)

    @classmethod
    def shaped(cls, shape: Shape) -> Self:
        """Of all actors whose sight has that shape."""
        everywhere, all_of_everywhere = shape
        return cls(EVERY_COMPANY if everywhere else _SEEN, EVERY_COMPANY if all_of_everywhere else _ALL_OF, _READER)

    @property
    def shape(self) -> Shape:
        return Shape(isinstance(self.seen, Everywhere), isinstance(self.all_of, Everywhere))

    def parameters(self, **more: Any) -> dict[str, Any]:
        """Of statements for its shape; `more` are those that the statement has beside them."""
        companies: dict[str, Any] = {_SEEN.key: self.seen, _ALL_OF.key: self.all_of}
        listed = {name: list(each) for name, each in companies.items() if not isinstance(each, Everywhere)}
        return {**listed, _READER.key: self.reader, **more}

    def conditions(self, of: ColumnElement[bool] | None = None) -> tuple[ColumnElement[bool], ...]:
        """Which incidents there are for the actor is decided here and nowhere else.

        `of` stands for the condition that the actor sees the company, where it is of companies that the actor sees.
        Both together would be looked up in the index together: every company as often as there are companies.
        """
        return (
            among(IncidentRow.company_id, self.seen) if of is None else of,
            confided(
                IncidentRow.restricted, IncidentRow.company_id, IncidentRow.members, all_of=self.all_of, to=self.reader
            ),
            IncidentRow.deleted_at.is_(None),
        )

    def ids(self, ids: Collection[UUID] | BindParameter[Any]) -> Select[UUID]:
        """Those of `ids` that the actor sees; to be joined to what hangs on them."""
        return select(IncidentRow.id).where(*self.conditions(), IncidentRow.id == func.any(ids))
