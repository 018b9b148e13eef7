"""What this service adds to an incident."""

from typing import Self

import strawberry

from chassis.graphql.inputs import to_uuid
from services.notifications.graphql.context import Info
from services.notifications.graphql.types.incident_mail import IncidentMail
from services.notifications.graphql.types.mail_message import MailMessage


@strawberry.federation.type(keys=["id"], description="A registered information-security incident.")
class Incident:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """Nothing is looked up: what a caller may not see of an incident is hidden where it is shown."""
        return cls(id=id)

    @strawberry.field(description="The last hundred mails about it, newest first; null where it is not there for you.")
    async def messages(self, info: Info) -> list[MailMessage] | None:
        rows = await info.context.incident_messages.load(to_uuid(self.id, "id"))
        return None if rows is None else [MailMessage.from_row(row) for row in rows]

    @strawberry.field(
        description="The last hundred that people wrote about it, newest first; null where it is not there for you."
    )
    async def mails(self, info: Info) -> list[IncidentMail] | None:
        rows = await info.context.incident_mails.load(to_uuid(self.id, "id"))
        return None if rows is None else [IncidentMail.from_row(row) for row in rows]
