"""Changing a group: its permissions, companies and members, by adding and removing."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.access import EVERY_COMPANY, Companies, Everywhere, union
from chassis.database import UnitOfWork
from chassis.errors import Conflict, Invalid
from chassis.identifiers import Key
from services.access.domain import details
from services.access.domain.history import COMPANIES, Changes, Operation, Subject, SubjectKind, difference
from services.access.domain.permissions import known
from services.access.persistence.administrators import administers
from services.access.persistence.companies import Companies as CompanyRepository
from services.access.persistence.groups import Groups
from services.access.persistence.history import record
from services.access.persistence.rows import GroupRow
from services.access.persistence.users import Users
from services.access.usecases.delegation import require_holding, require_management
from services.access.usecases.last_administrator import keeping_an_administrator
from services.access.usecases.telling import tell_members
from services.access.usecases.versions import expect


@dataclass(frozen=True, slots=True, kw_only=True)
class EditGroup:
    """What is left out stays. Adding what is there and removing what is not there changes nothing.

    A group that shall not hold in `every_company` any more needs `add_companies`.
    """

    group_id: UUID
    expected_version: int | None = None
    name: str | None = None
    shows_module_link: bool | None = None
    every_company: bool | None = None
    add_permissions: Collection[str] = ()
    remove_permissions: Collection[str] = ()
    add_companies: Collection[Key] = ()
    remove_companies: Collection[Key] = ()
    add_members: Collection[UUID] = ()
    remove_members: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class _Content:
    """What a group consists of."""

    permissions: frozenset[str]
    companies: Companies
    members: frozenset[UUID]


async def edit_group(command: EditGroup, work: UnitOfWork) -> GroupRow:
    """Raises NotFound, Denied, Invalid, Conflict or StaleRow; then nothing is changed."""
    groups = Groups(work.session, work.actor)
    group = await groups.lock(command.group_id)
    before = _Content(
        frozenset(group.permissions), await groups.companies(group), frozenset(await groups.members(group))
    )
    require_management(work.actor, before.companies)
    expect(command.expected_version, group, work)
    after = await _wanted(command, before, work)
    _require_right_to_give(before, after, work)
    values = await _values(command, group, after, groups)
    if before == after and not values:
        return group

    changes = _changes(group, before, after, values)
    async with keeping_an_administrator(work, at_stake=administers(group)):
        await tell_members(group, _affected(before, after), work)  # while all of them are in the actor's care
        await _store(group, before, after, values, groups)
        concerned = _concerned(before.companies, after.companies, changes)
        record(Subject(SubjectKind.GROUP, group.id, group.name), concerned, Operation.EDITED, work, changes)
    return group


async def _wanted(command: EditGroup, before: _Content, work: UnitOfWork) -> _Content:
    added = set(command.add_members) - before.members
    await Users(work.session, work.actor).get_all(added, "add_members")
    return _Content(
        permissions=(before.permissions | set(known(command.add_permissions, field=("add_permissions",))))
        - set(known(command.remove_permissions, field=("remove_permissions",))),
        companies=await _companies(command, before.companies, work),
        members=(before.members | added) - set(command.remove_members),
    )


async def _companies(command: EditGroup, before: Companies, work: UnitOfWork) -> Companies:
    everywhere = isinstance(before, Everywhere) if command.every_company is None else command.every_company
    if everywhere:
        if command.add_companies or command.remove_companies:
            raise Invalid(
                "A group holds in every company or in some: give everyCompany: false and the companies.",
                field=("add_companies",),
            )
        return EVERY_COMPANY
    if isinstance(before, Everywhere):
        before = frozenset()
    companies = CompanyRepository(work.session, work.actor)
    added = await companies.resolve(command.add_companies, "add_companies")
    removed = await companies.resolve(command.remove_companies, "remove_companies")
    if not (left := (before | added) - removed):
        raise Invalid("A group needs at least one company; remove its members instead.", field=("remove_companies",))
    return left


def _require_right_to_give(before: _Content, after: _Content, work: UnitOfWork) -> None:
    """Whatever a member would gain, the giver must hold."""
    require_management(work.actor, union(before.companies, after.companies))
    require_holding(work.actor, after.permissions - before.permissions, after.companies)
    if isinstance(before.companies, frozenset):
        gained = after.companies - before.companies if isinstance(after.companies, frozenset) else after.companies
        require_holding(work.actor, after.permissions, gained)
    if after.members - before.members:
        require_holding(work.actor, after.permissions, after.companies)


async def _values(command: EditGroup, group: GroupRow, after: _Content, groups: Groups) -> dict[str, Any]:
    """The columns that really change."""
    values: dict[str, Any] = {
        "permissions": sorted(after.permissions),
        "every_company": isinstance(after.companies, Everywhere),
    }
    if command.name is not None:
        values["name"] = details.name(command.name)
        if await groups.name_taken(values["name"], by_other_than=group.id):
            raise Conflict("There is a group of this name.", field=("name",))
    if command.shows_module_link is not None:
        values["shows_module_link"] = command.shows_module_link
    return {name: value for name, value in values.items() if getattr(group, name) != value}


async def _store(group: GroupRow, before: _Content, after: _Content, values: dict[str, Any], groups: Groups) -> None:
    """What is added comes first: at no moment the group is without any company, and so out of everybody's sight."""
    old, new = _listed(before.companies), _listed(after.companies)
    await groups.add_companies(group, new - old)
    await groups.add_members(group, after.members - before.members)
    await groups.write(group, values)
    await groups.remove_companies(group, old - new)
    await groups.remove_members(group, before.members - after.members)


def _listed(companies: Companies) -> frozenset[UUID]:
    return frozenset() if isinstance(companies, Everywhere) else companies


def _affected(before: _Content, after: _Content) -> frozenset[UUID]:
    """Whose rights are others now."""
    if (before.permissions, before.companies) == (after.permissions, after.companies):
        return before.members ^ after.members
    return before.members | after.members


def _changes(group: GroupRow, before: _Content, after: _Content, values: dict[str, Any]) -> Changes:
    lists: dict[str, tuple[Any, Any] | None] = {
        "permissions": difference(before.permissions, after.permissions),
        "members": difference(before.members, after.members),
    }
    lists[COMPANIES] = difference(_listed(before.companies), _listed(after.companies))
    plain = {name: (getattr(group, name), value) for name, value in values.items() if name not in lists}
    return plain | {name: values for name, values in lists.items() if values is not None}


def _concerned(before: Companies, after: Companies, changes: Changes) -> Companies:
    """That a group holds elsewhere too is no change for the companies that it had, and not told to them."""
    if changes.keys() == {COMPANIES} and isinstance(before, frozenset) and isinstance(after, frozenset):
        return before ^ after
    return union(before, after)
