"""The schema of this subgraph."""

from chassis.graphql.schema import SilentSchema
from services.notifications.graphql.queries import Query
from services.notifications.graphql.types.incident import Incident

schema = SilentSchema(Query, types=[Incident])
