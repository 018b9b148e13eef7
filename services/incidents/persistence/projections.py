"""The projections this service keeps of access's companies, their units and users, and of the directories' entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, cast, func, or_, true

from chassis.access import Actor, Companies, Everywhere
from chassis.database import Database
from chassis.identifiers import Key
from chassis.peers import Peer
from chassis.projections import Projection
from chassis.rowsecurity import among
from services.incidents.persistence.known import UNITS, Unit, UnitKey
from services.incidents.persistence.rows import CompanyRef, DepartmentRef, DirectoryRef, SiteRef, TeamRef, UserRef


@dataclass(frozen=True, slots=True)
class Projections:
    companies: Projection
    users: Projection
    directories: Projection
    departments: Projection
    sites: Projection
    teams: Projection

    @classmethod
    def of(cls, database: Database, access: Peer, directories: Peer) -> "Projections":
        return cls(
            companies=Projection("company", CompanyRef, access, database),
            users=Projection("user", UserRef, access, database),
            directories=Projection("directory_entry", DirectoryRef, directories, database),
            departments=Projection("department", DepartmentRef, access, database),
            sites=Projection("site", SiteRef, access, database),
            teams=Projection("team", TeamRef, access, database),
        )

    def all(self) -> tuple[Projection, ...]:
        return self.companies, self.users, self.directories, self.departments, self.sites, self.teams

    async def ensure(
        self,
        actor: Actor,
        *,
        companies: Iterable[Key] = (),
        entries: Iterable[Key] = (),
        users: Iterable[UUID] = (),
        units: Iterable[UnitKey] = (),
    ) -> None:
        """Looks up what is not here yet, or not in sight of who names it, so that both take the same time.

        Call it before the transaction begins: it opens its own.
        """
        named, reached = set(companies), actor.anywhere()
        in_sight = among(CompanyRef.id, reached)
        await self.companies.ensure({key for key in named if isinstance(key, UUID)}, in_sight=in_sight)
        await self.companies.ensure_codes({key for key in named if isinstance(key, str)}, in_sight=in_sight)
        meant = set(entries)
        in_sight = DirectoryRef.company_id.is_(None) | among(DirectoryRef.company_id, reached)
        await self.directories.ensure({key for key in meant if isinstance(key, UUID)}, in_sight=in_sight)
        await self.directories.ensure_codes({key for key in meant if isinstance(key, str)}, in_sight=in_sight)
        await self.users.ensure(set(users), in_sight=_work_in(reached))
        asked = set(units)
        for unit, table in UNITS.items():
            ids = {each for of, each in asked if of is unit}
            await self._of(unit).ensure(ids, in_sight=among(table.company_id, reached))

    def _of(self, unit: Unit) -> Projection:
        return {Unit.DEPARTMENT: self.departments, Unit.SITE: self.sites, Unit.TEAM: self.teams}[unit]

    async def ensure_initial_status(self) -> None:
        """It can be asked for by no name, so the first question waits for the whole snapshot."""
        await self.directories.fill()


def _work_in(companies: Companies) -> ColumnElement[bool]:
    if isinstance(companies, Everywhere):
        return true()
    listed = cast([str(each) for each in companies], ARRAY(Text))
    return or_(UserRef.every_company, func.jsonb_exists_any(UserRef.company_ids, listed))
