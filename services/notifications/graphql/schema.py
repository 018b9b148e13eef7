"""The schema of this subgraph."""

from strawberry.tools import merge_types

from chassis.graphql.schema import SilentSchema
from services.notifications.graphql.feed_queries import FeedSubscription
from services.notifications.graphql.mutations.create_webhook import CreateWebhookMutation
from services.notifications.graphql.mutations.edit_webhook import EditWebhookMutation
from services.notifications.graphql.mutations.mail_templates import MailTemplateMutations
from services.notifications.graphql.mutations.resend import ResendMutations
from services.notifications.graphql.mutations.rotate_webhook_secret import RotateWebhookSecretMutation
from services.notifications.graphql.mutations.send_incident_mail import SendIncidentMailMutation
from services.notifications.graphql.mutations.try_webhook import TestWebhookMutation
from services.notifications.graphql.queries import Query
from services.notifications.graphql.types.incident import Incident

_WEBHOOKS = (CreateWebhookMutation, EditWebhookMutation, RotateWebhookSecretMutation, TestWebhookMutation)
_MAIL = (SendIncidentMailMutation, MailTemplateMutations)
Mutation = merge_types("Mutation", (*_MAIL, *_WEBHOOKS, ResendMutations))
schema = SilentSchema(Query, Mutation, subscription=FeedSubscription, types=[Incident])
