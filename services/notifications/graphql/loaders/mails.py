"""What has been written about these incidents, which mail has this id, and how are its recipients served?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding, finding_through
from chassis.projections import Projection
from services.notifications.persistence.mails import Mails
from services.notifications.persistence.rows import MailRow, MessageRow

IncidentMails: TypeAlias = DataLoader[UUID, list[MailRow] | None]
MailById: TypeAlias = DataLoader[UUID, MailRow | None]
MailMessages: TypeAlias = DataLoader[UUID, list[MessageRow] | None]


def incident_mails(read: OpenRead, actor: Actor, incidents: Projection) -> IncidentMails:
    """None for an incident that the actor does not see or that is nowhere; one just registered is asked for."""
    return finding_through(incidents, read, lambda session, ids: Mails(session, actor).of_incidents(ids))


def mail_by_id(read: OpenRead, actor: Actor) -> MailById:
    return finding(read, lambda session, ids: Mails(session, actor).by_ids(ids))


def mail_messages(read: OpenRead, actor: Actor) -> MailMessages:
    return finding(read, lambda session, ids: Mails(session, actor).messages_of(ids))
