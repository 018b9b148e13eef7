"""Reading the public feed, always through the eyes of one actor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, Companies, Everywhere
from chassis.rowsecurity import among, confided
from services.notifications.domain import permissions
from services.notifications.domain.following import Confided, sees_units
from services.notifications.domain.outside import Told
from services.notifications.domain.public_events import Stream
from services.notifications.persistence.feed_rows import FeedEventRow, FeedHeadRow
from services.notifications.persistence.rows import IncidentRef

WALLS: Final = ("view", "feed")
_LOOKED_AT: Final = 100_000  # positions of which one question looks for what its caller may see
_PLAIN: Final = tuple(field.name for field in fields(Told) if field.name != "stream")
OF_INCIDENTS: Final = (Stream.INCIDENTS, Stream.RESTRICTED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants of what they may see; None for all of it."""

    companies: frozenset[UUID] | None = None
    types: frozenset[str] | None = None
    of_incidents: bool = False

    def includes(self, event: Told) -> bool:
        """As `_meant` says it to the database."""
        return (
            (self.companies is None or event.company_id in self.companies)
            and (self.types is None or event.type in self.types)
            and (not self.of_incidents or event.stream in OF_INCIDENTS)
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """Events in their order, and how far was looked: up to `position`, behind which there is `more` or nothing yet."""

    events: Sequence[Told]
    position: int
    more: bool


@dataclass(frozen=True, slots=True)
class Head:
    """Where the feed ends now, and up to where it was dropped."""

    position: int
    dropped: int


async def head_of_feed(session: AsyncSession) -> Head:
    """Before the first event there is no row."""
    row = (await session.execute(select(FeedHeadRow.position, FeedHeadRow.dropped))).one_or_none()
    return Head(0, 0) if row is None else Head(row.position, row.dropped)


async def position_before(since: datetime, session: AsyncSession) -> int:
    """The last position that was given before a time; for the system, because whoever asks does not see each event."""
    first = select(FeedEventRow.position).where(FeedEventRow.recorded_at >= since).order_by(FeedEventRow.position)
    found = await session.scalar(first.limit(1))
    return (await head_of_feed(session)).position if found is None else found - 1


async def cursor_key(session: AsyncSession) -> bytes:
    """In a unit of work: it is made when it is first asked for."""
    return bytes((await session.execute(select(func.feed_cursor_key()))).scalar_one())


def told(row: FeedEventRow) -> Told:
    return Told(**{name: getattr(row, name) for name in _PLAIN}, stream=Stream(row.stream))


async def whole_feed(position: int, first: int, session: AsyncSession) -> Stretch:
    """For the system: the next events, whoever may see them."""
    statement = select(FeedEventRow).where(FeedEventRow.position > position).order_by(FeedEventRow.position)
    rows = [told(row) for row in await session.scalars(statement.limit(first))]
    return Stretch(rows, rows[-1].position if rows else position, more=len(rows) == first)


async def confided_incidents(events: Collection[Told], session: AsyncSession) -> Mapping[UUID, Confided]:
    """What is known of the incidents of `events`, in one statement."""
    ids = {event.incident_id for event in events if event.incident_id is not None}
    asked = select(IncidentRef.id, IncidentRef.restricted, IncidentRef.member_ids)
    rows = await session.execute(asked.where(IncidentRef.id == func.any(list(ids))))
    return {row.id: Confided(row.restricted, frozenset(row.member_ids)) for row in rows}


class Feed:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def behind(self, position: int, wanted: Wanted, first: int) -> Stretch:
        """Up to `first` events behind `position`; none of them may be there though there is `more`."""
        head = (await head_of_feed(self._session)).position
        last = min(head, position + _LOOKED_AT)
        statement = (
            select(FeedEventRow)
            .where(FeedEventRow.position > position, FeedEventRow.position <= last, self._visible(), _meant(wanted))
            .order_by(FeedEventRow.position)
            .limit(first + 1)
        )
        rows = [told(row) for row in await self._session.scalars(statement)]
        if len(rows) > first:
            return Stretch(rows[:first], rows[first - 1].position, more=True)
        return Stretch(rows, max(last, position), more=last < head)

    def _visible(self) -> ColumnElement[bool]:
        """As domain/following.py has it, and the wall of the table."""
        stream, actor = FeedEventRow.stream, self._actor
        return or_(
            and_(stream.in_(OF_INCIDENTS), _among(actor.companies(permissions.VIEW)), self._of_seen()),
            and_(stream == Stream.UNITS, _among(sees_units(actor))),
            and_(stream == Stream.COMPANY, _among(actor.anywhere())),
            and_(stream == Stream.EVERYONE, FeedEventRow.company_id.is_(None)),
        )

    def _of_seen(self) -> ColumnElement[bool]:
        told = confided(
            IncidentRef.restricted,
            IncidentRef.company_id,
            IncidentRef.member_ids,
            all_of=self._actor.companies(permissions.VIEW_RESTRICTED),
            to=self._actor.id,
        )
        seen = select(told).where(IncidentRef.id == FeedEventRow.incident_id).scalar_subquery()
        return or_(FeedEventRow.incident_id.is_(None), seen)


def _among(companies: Companies) -> ColumnElement[bool]:
    if not isinstance(companies, Everywhere) and not companies:
        return false()
    return among(FeedEventRow.company_id, companies)


def _meant(wanted: Wanted) -> ColumnElement[bool]:
    return and_(
        true() if wanted.companies is None else among(FeedEventRow.company_id, wanted.companies),
        true() if wanted.types is None else FeedEventRow.type.in_(sorted(wanted.types)),
        FeedEventRow.stream.in_(OF_INCIDENTS) if wanted.of_incidents else true(),
    )
