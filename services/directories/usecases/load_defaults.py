"""Putting in the default locales and entries. Repeating it changes nothing, and what people have changed stays."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.directories.domain import rules, texts
from services.directories.domain.entries import Kind
from services.directories.persistence.defaults import LOCALES, Default, defaults
from services.directories.persistence.entries import Entries, claim
from services.directories.persistence.locales import Locales
from services.directories.usecases.creation import NewEntry, create_all
from services.directories.usecases.references import CLASSIFICATION, INVERSE

_Ids = Mapping[tuple[str, str], UUID]
_ELSEWHERE: Final = (CLASSIFICATION, INVERSE)


async def load_defaults(work: UnitOfWork) -> int:
    """How many entries were missing and are there now; `work` is of an actor who may change all directories."""
    await claim(work.session)
    await Locales(work.session).add_missing(LOCALES)
    entries = Entries(work.session)
    known = await entries.ids_by_code()
    missing = [default for default in defaults() if (default.kind.value, default.code) not in known]
    made = {(default.kind.value, default.code): uuid7() for default in missing}
    marked = await entries.initial_status() is not None
    await create_all([_new(default, made, {**known, **made}, marked=marked) for default in missing], work)
    return len(missing)


def _new(default: Default, made: _Ids, ids: _Ids, *, marked: bool) -> NewEntry:
    """Opposites are paired only where both are new: what people made of one stays."""
    values = rules.check(default.kind, {"code": default.code, **default.fields})
    owner, inverse = values.get(CLASSIFICATION), values.get(INVERSE)
    plain = {name: value for name, value in values.items() if name not in _ELSEWHERE}
    return NewEntry(
        kind=default.kind,
        values=plain | _unmarked(default, marked=marked),
        texts=texts.merge({}, default.texts, LOCALES),
        id=made[default.kind.value, default.code],
        parent=None if owner is None else ids[Kind.CLASSIFICATION.value, owner],
        inverse=None if inverse is None else made.get((Kind.LINK_TYPE.value, inverse)),
    )


def _unmarked(default: Default, *, marked: bool) -> dict[str, Any]:
    """The mark of the initial status stays with whom people gave it."""
    return {"is_initial": False} if marked and default.kind is Kind.STATUS else {}
