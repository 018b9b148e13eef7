"""The moment an entry comes into being: its row, its texts, its history and its event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert

from chassis.database import UnitOfWork
from services.directories.domain import rules
from services.directories.domain.entries import FINAL, Kind, Text
from services.directories.domain.texts import differences
from services.directories.persistence.rows import EntryRow, TranslationRow
from services.directories.usecases import versions

_UNLESS_GIVEN: Final = {"active": True, "visible": True, "is_initial": False, "order": 0, "single": False}
_UNSAID: Final = (None, False, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """`values` are checked ones by the names of domain/rules.py, without what it refers to. A link type without an
    `inverse` is its own one.
    """

    kind: Kind
    values: Mapping[str, Any]
    texts: Mapping[str, Text]
    id: UUID
    company: UUID | None = None
    parent: UUID | None = None
    inverse: UUID | None = None


async def create(new: NewEntry, work: UnitOfWork) -> EntryRow:
    """Raises Invalid for an impossible initial status or validity."""
    (entry,) = await create_all([new], work)
    return entry


async def create_all(news: Sequence[NewEntry], work: UnitOfWork) -> list[EntryRow]:
    """The same few statements, however many; they may refer to one another."""
    entries = [_row(new) for new in news]
    work.session.add_all(entries)
    await work.session.flush()
    texts = [
        {"entry_id": new.id, "locale": locale, "name": text.name, "description": text.description}
        for new in news
        for locale, text in new.texts.items()
    ]
    if texts:
        await work.session.execute(insert(TranslationRow), texts)
    told = [(entry, _changes(new)) for entry, new in zip(entries, news, strict=True)]
    await versions.advance_all("CREATED", told, work)
    return entries


def _row(new: NewEntry) -> EntryRow:
    check(new)
    columns = _columns(new)
    return EntryRow(
        **columns,
        id=new.id,
        version=0,
        sequence=0,
        kind=new.kind.value,
        company_id=new.company,
        parent_id=new.parent,
        inverse_id=(new.inverse or new.id) if new.kind is Kind.LINK_TYPE else None,
        is_final=columns.get("category") in FINAL,
    )


def _columns(new: NewEntry) -> dict[str, Any]:
    return versions.columns({**_UNLESS_GIVEN, **new.values})


def _changes(new: NewEntry) -> versions.Changes:
    told = {name: (None, value) for name, value in _columns(new).items() if value not in _UNSAID and name != "code"}
    parent = {} if new.parent is None else {"parent_id": (None, new.parent)}
    return told | parent | differences({}, new.texts)


def check(new: NewEntry) -> None:
    """Raises Invalid for an impossible initial status or validity."""
    columns = _columns(new)
    days = columns.get("valid_from"), columns.get("valid_to")
    limited = new.company is not None or days != (None, None)
    rules.check_initial(is_initial=columns["is_initial"], active=columns["active"], category=columns.get("category"))
    rules.check_initial_everywhere(is_initial=columns["is_initial"], limited=limited)
    rules.check_validity(*days)
