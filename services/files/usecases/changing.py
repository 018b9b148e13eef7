"""Changing a file that is there: it is looked at, then held; whoever has seen an older one is told."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import StaleVersion
from services.files.domain import owners
from services.files.domain.owners import RULES, OwnerKind, Rule
from services.files.persistence.files import Files, Held
from services.files.persistence.rows import FileRow


class StaleFile(StaleVersion):
    """`current` is how the file is now, readable also after the transaction."""

    def __init__(self, expected: int, current: FileRow) -> None:
        super().__init__(expected, current.version)
        self.current = current


Right: TypeAlias = Callable[[FileRow, Rule], str]


def change(_: FileRow, rule: Rule) -> str:
    return rule.change


def delete(_: FileRow, rule: Rule) -> str:
    return rule.delete


def rule_of(file: FileRow) -> Rule:
    return RULES[OwnerKind(file.owner_kind)]


async def take(file_id: UUID, work: UnitOfWork, *, right: Right, deleted: bool = False) -> Held:
    """Raises NotFound, or Denied without the `right` in its company, which its owner says, and may depend on the file.

    It is looked at before it is held: to hold it takes a right to change it.
    """
    files = Files(work.session, work.actor)
    seen, _ = await files.find(file_id, deleted=deleted)
    owners.require(work.actor, right(seen, rule_of(seen)), seen.company_id, field="id")
    return await files.find(file_id, deleted=deleted, lock=True)


def expect(version: int | None, file: FileRow, work: UnitOfWork) -> None:
    """Raises StaleFile unless `version` is the present one, or none is expected."""
    if version is not None and version != file.version:
        work.session.expunge(file)  # a rollback empties what is still in the session
        raise StaleFile(version, file)
