"""A small service of things, which the chassis is tested with: tables, walls, events, actors."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Identity, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.access import Actor, ActorKind, Companies, Scope
from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from chassis.migrations import APPEND_ONLY
from chassis.tables import TYPES, new_metadata

VERSIONS = Path(__file__).parent / "migrations"
WALLS = {"view": "thing.view", "add": "thing.add", "edit": "thing.edit", "delete": "thing.delete"}
TABLES = ("thing", "effect", "journal", "thing_ref", "event", "handled_event", "parked_event", "projection")


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class ThingRow(Base):
    """Behind the walls of WALLS."""

    __tablename__ = "thing"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    name: Mapped[str]
    version: Mapped[int]


class EffectRow(Base):
    """What handling an event leaves behind; behind the view wall."""

    __tablename__ = "effect"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    subject: Mapped[UUID]
    company_id: Mapped[UUID]
    sequence: Mapped[int]


class JournalRow(Base):
    __tablename__ = "journal"
    __table_args__ = {"info": {APPEND_ONLY: True}}  # noqa: RUF012  # SQLAlchemy reads a plain dictionary

    id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[str]


class ThingRef(Base):
    """A projection of somebody else's things."""

    __tablename__ = "thing_ref"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    code: Mapped[str]
    seen_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingChanged:
    type: ClassVar[str] = "thing.changed.v1"
    name: str


def user(**held: Companies) -> Actor:
    """A user who holds `thing.<name>` in the given companies."""
    scope = Scope({f"thing.{name}": companies for name, companies in held.items()})
    return Actor(id=uuid7(), kind=ActorKind.USER, name="Kim", scope=scope, locales=("de-AT", "en"))


async def change_thing(subject: UUID, company: UUID, work: UnitOfWork) -> None:
    """Makes the thing, or its next version, under its row lock, with one event; the event's id is drawn at once."""
    thing = await work.session.scalar(select(ThingRow).where(ThingRow.id == subject).with_for_update())
    if thing is None:
        thing = ThingRow(id=subject, company_id=company, name="thing", version=0)
        work.session.add(thing)
    thing.version += 1
    work.emit(ThingChanged(name=thing.name), subject=subject, company=company, sequence=thing.version)
    await work.session.flush()
