"""Which indicators stand in these incidents, in which others do they stand, and what might be chosen?"""

from collections.abc import Mapping
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader, finding
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow
from services.incidents.persistence.indicators import Indicators
from services.incidents.persistence.linked_indicators import Identity, linked, types_by_code
from services.incidents.persistence.parts import Parts
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.sharing import Shared, Sharing

IndicatorById: TypeAlias = DataLoader[UUID, IndicatorRow | None]


class IndicatorLoaders:
    """`links` are the indicators of incidents, `incidents` those of indicators; `sharing` ranks other incidents."""

    def __init__(self, read: OpenRead, actor: Actor) -> None:
        self.by_id: IndicatorById = finding(read, lambda session, ids: Indicators(session, actor).by_ids(ids))
        self.linked: DataLoader[UUID, set[Identity] | None] = finding(
            read, lambda session, ids: linked(ids, session, actor)
        )
        self.types: DataLoader[UUID, Mapping[str, UUID] | None] = finding(
            read, lambda session, ids: types_by_code(ids, session)
        )
        self.links: PagesLoader[IncidentIndicatorRow] = PagesLoader(
            read,
            lambda session, ids, first, after: Parts(session, actor, IncidentIndicatorRow).pages(ids, first, after),
            lambda session, ids: Parts(session, actor, IncidentIndicatorRow).counts(ids),
        )
        self.incidents: PagesLoader[tuple[UUID, IncidentRow]] = PagesLoader(
            read,
            lambda session, ids, first, after: Indicators(session, actor).incidents(ids, first, after),
            lambda session, ids: Indicators(session, actor).count_incidents(ids),
        )
        self.sharing: PagesLoader[Shared] = PagesLoader(
            read,
            lambda session, ids, first, after: Sharing(session, actor).pages(ids, first, after),
            lambda session, ids: Sharing(session, actor).counts(ids),
        )
