"""Putting in the default entries. Repeating it changes nothing, and what people have changed stays as it is."""

from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from services.directories.domain import rules, texts
from services.directories.domain.entries import Kind
from services.directories.persistence.defaults import Default, defaults
from services.directories.persistence.entries import Entries, claim
from services.directories.usecases.creation import create
from services.directories.usecases.owners import CLASSIFICATION


async def load_defaults(work: UnitOfWork) -> int:
    """How many entries were missing and are there now; `work` is of an actor who may change all directories."""
    await claim(work.session)
    entries = Entries(work.session)
    known = await entries.ids_by_code()
    missing = [default for default in defaults() if (default.kind.value, default.code) not in known]
    marked = await entries.initial_status() is not None
    for default in missing:
        known[default.kind.value, default.code] = _load(default, known, work, marked=marked)
    return len(missing)


def _load(default: Default, known: dict[tuple[str, str], UUID], work: UnitOfWork, *, marked: bool) -> UUID:
    values = rules.check(default.kind, {"code": default.code, **default.fields})
    owner = values.pop(CLASSIFICATION, None)
    parent = None if owner is None else known[Kind.CLASSIFICATION.value, owner]
    named = texts.merge({}, default.texts)
    return create(default.kind, values | _unmarked(default, marked=marked), parent, named, work).id


def _unmarked(default: Default, *, marked: bool) -> dict[str, Any]:
    """The mark of the initial status stays with whom people gave it."""
    return {"is_initial": False} if marked and default.kind is Kind.STATUS else {}
