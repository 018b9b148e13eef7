"""What resolvers get: who asks, the database, and the loaders of this one request."""

from datetime import timedelta
from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from chassis.database import Database
from chassis.graphql.context import GraphRequest, Made, RequestContext
from chassis.graphql.loading import Loaders, PagesLoader
from chassis.peers import Peer
from services.incidents.domain.comments import CommentAudience
from services.incidents.graphql.loaders.action_items import ActionItemLoaders
from services.incidents.graphql.loaders.assets import assets
from services.incidents.graphql.loaders.comments import comments
from services.incidents.graphql.loaders.company_incidents import company_incidents
from services.incidents.graphql.loaders.custom_timestamps import custom_timestamps
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
from services.incidents.persistence.part_rows import CommentRow
from services.incidents.persistence.projections import Projections
from services.incidents.persistence.role_rows import RoleRow


class Context(RequestContext):
    """`directories` translates texts of incidents where `narrative_translation` is switched on.

    What is deleted is purged after `retention`.
    """

    incidents = Made(lambda context: incident_by_id(context.read, context.actor))
    history = Made(lambda context: history(context.read, context.actor))
    gates = Made(lambda context: GateLoaders(context.read, context.actor))
    comments: Made[Loaders[CommentAudience | None, PagesLoader[CommentRow]]] = Made(
        lambda context: Loaders(lambda audience: comments(context.read, context.actor, audience))
    )
    tasks = Made(lambda context: TaskLoaders(context.read, context.actor))
    action_items = Made(lambda context: ActionItemLoaders(context.read, context.actor))
    reviews = Made(lambda context: ReviewLoaders(context.read, context.actor))
    standings = Made(lambda context: StandingLoaders(context.read, context.actor))
    roles: Made[Loaders[bool, PagesLoader[RoleRow]]] = Made(
        lambda context: Loaders(lambda current: roles(context.read, context.actor, current=current))
    )
    lead_role = Made(lambda context: lead_role(context.read))
    links = Made(lambda context: links(context.read, context.actor))
    link_by_id = Made(lambda context: link_by_id(context.read, context.actor))
    timelines = Made(lambda context: TimelineLoaders(context.read, context.actor))
    assets = Made(lambda context: assets(context.read, context.actor))
    custom_timestamps = Made(lambda context: custom_timestamps(context.read, context.actor))
    indicators = Made(lambda context: IndicatorLoaders(context.read, context.actor))
    company_incidents = Made(lambda context: company_incidents(context.read, context.actor))

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


Info: TypeAlias = StrawberryInfo[Context, None]
