"""Which department, site or team has this id, and which of them does a company, a user or a department have?"""

from collections.abc import Callable
from typing import Generic
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import Loaders, OpenRead, PagesLoader, finding
from services.access.persistence.contents import Contents, R
from services.access.persistence.rows import DepartmentRow, SiteRow, TeamRow
from services.access.persistence.units import (
    ALL,
    U,
    UnitFilter,
    Units,
    below_departments,
    of_companies,
    of_teams,
    of_users,
)


class FilteredPages(Generic[R]):
    """A loader of pages for each filter that is asked for."""

    def __init__(self, read: OpenRead, contents: Callable[[UnitFilter], Contents[R]]) -> None:
        self._read = read
        self._contents: Callable[[UnitFilter], Contents[R]] = contents
        self._loaders: Loaders[UnitFilter, PagesLoader[R]] = Loaders(self._loader)

    def where(self, wanted: UnitFilter = ALL) -> PagesLoader[R]:
        return self._loaders[wanted]

    def _loader(self, wanted: UnitFilter) -> PagesLoader[R]:
        found = self._contents(wanted)
        return PagesLoader(self._read, found.pages, found.counts)


class UnitLoaders:
    """All of one request. `read` opens the wall of units."""

    def __init__(self, read: OpenRead, actor: Actor) -> None:
        self.departments = _unit_by_id(DepartmentRow, read, actor)
        self.sites = _unit_by_id(SiteRow, read, actor)
        self.teams = _unit_by_id(TeamRow, read, actor)
        self.company_departments = FilteredPages(read, lambda wanted: of_companies(DepartmentRow, wanted, actor))
        self.company_sites = FilteredPages(read, lambda wanted: of_companies(SiteRow, wanted, actor))
        self.company_teams = FilteredPages(read, lambda wanted: of_companies(TeamRow, wanted, actor))
        self.lower_departments = FilteredPages(read, lambda wanted: below_departments(wanted, actor))
        self.user_departments = FilteredPages(read, lambda _: of_users(actor))
        self.team_members = FilteredPages(read, lambda _: of_teams(actor))


def _unit_by_id(kind: type[U], read: OpenRead, actor: Actor) -> DataLoader[UUID, U | None]:
    return finding(read, lambda session, ids: Units(kind, session, actor).by_ids(ids))
