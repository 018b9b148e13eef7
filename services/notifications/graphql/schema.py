"""The schema of this subgraph."""

from chassis.graphql.schema import SilentSchema
from services.notifications.graphql.feed_queries import FeedSubscription
from services.notifications.graphql.mutations.send_incident_mail import SendIncidentMailMutation
from services.notifications.graphql.queries import Query
from services.notifications.graphql.types.incident import Incident

schema = SilentSchema(Query, SendIncidentMailMutation, subscription=FeedSubscription, types=[Incident])
