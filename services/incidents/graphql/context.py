"""What resolvers get: who asks, the database, and the loaders of this one request."""

from datetime import timedelta
from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from chassis.database import Database
from chassis.graphql.context import GraphRequest, RequestContext
from chassis.peers import Peer
from services.incidents.domain.comments import CommentAudience
from services.incidents.graphql.loaders.action_items import ActionItemLoaders
from services.incidents.graphql.loaders.assets import assets
from services.incidents.graphql.loaders.comments import comments
from services.incidents.graphql.loaders.company_incidents import company_incidents
from services.incidents.graphql.loaders.gates import GateLoaders
from services.incidents.graphql.loaders.history import history
from services.incidents.graphql.loaders.incident_by_id import incident_by_id
from services.incidents.graphql.loaders.indicators import IndicatorLoaders
from services.incidents.graphql.loaders.lead_role import lead_role
from services.incidents.graphql.loaders.link_by_id import link_by_id
from services.incidents.graphql.loaders.links import links
from services.incidents.graphql.loaders.reviews import ReviewLoaders
from services.incidents.graphql.loaders.roles import roles
from services.incidents.graphql.loaders.standings import StandingLoaders
from services.incidents.graphql.loaders.tasks import TaskLoaders
from services.incidents.graphql.loaders.timelines import TimelineLoaders
from services.incidents.persistence.projections import Projections


class Context(RequestContext):
    """`directories` translates texts of incidents where `narrative_translation` is switched on.

    What is deleted is purged after `retention`.
    """

    def __init__(
        self,
        request: GraphRequest,
        database: Database,
        projections: Projections,
        directories: Peer,
        *,
        narrative_translation: bool,
        retention: timedelta,
    ) -> None:
        self.projections = projections
        self.directories = directories
        self.narrative_translation = narrative_translation
        self.retention = retention
        super().__init__(request, database)

    def load_anew(self) -> None:
        self.incidents = incident_by_id(self.read, self.actor)
        self.history = history(self.read, self.actor)
        self.gates = GateLoaders(self.read, self.actor)
        self.comments = {each: comments(self.read, self.actor, each) for each in (None, *CommentAudience)}
        self.tasks = TaskLoaders(self.read, self.actor)
        self.action_items = ActionItemLoaders(self.read, self.actor)
        self.reviews = ReviewLoaders(self.read, self.actor)
        self.standings = StandingLoaders(self.read, self.actor)
        self.roles = {current: roles(self.read, self.actor, current=current) for current in (False, True)}
        self.lead_role = lead_role(self.read)
        self.links = links(self.read, self.actor)
        self.link_by_id = link_by_id(self.read, self.actor)
        self.timelines = TimelineLoaders(self.read, self.actor)
        self.assets = assets(self.read, self.actor)
        self.indicators = IndicatorLoaders(self.read, self.actor)
        self.company_incidents = company_incidents(self.read, self.actor)


Info: TypeAlias = StrawberryInfo[Context, None]
