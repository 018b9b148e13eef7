"""What somebody wrote about an incident, as callers see it."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from chassis.graphql.loading import load_reference
from services.notifications.graphql.context import Info
from services.notifications.graphql.types.mail_message import MailMessage
from services.notifications.graphql.types.others import User
from services.notifications.persistence.rows import MailRow


@strawberry.type(description="A file of the incident that a mail links to.")
class MailAttachment:
    file_id: strawberry.ID = strawberry.field(description="The file.")
    name: str = strawberry.field(description="What it was called when the mail was sent.")


@strawberry.federation.type(keys=["id"], description="What somebody wrote to people about an incident.")
class IncidentMail:
    id: strawberry.ID = strawberry.field(description="Its id.")
    subject: str = strawberry.field(description="The subject as it was written, with its places unfilled.")
    body: str = strawberry.field(description="The text as it was written, with its places unfilled.")
    template_id: strawberry.ID | None = strawberry.field(description="The template that it was written with.")
    attachments: list[MailAttachment] = strawberry.field(description="The files that it links to.")
    sent_by: User | None = strawberry.field(description="Who wrote it.")
    created_at: datetime = strawberry.field(description="When it was given to be sent.")

    @strawberry.field(description="How each recipient is served.")
    async def messages(self, info: Info) -> list[MailMessage]:
        rows = await info.context.mail_messages.load(UUID(self.id))
        return [MailMessage.from_row(row) for row in rows or ()]

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.mails, id)
        return None if row is None else cls.from_row(row)

    @classmethod
    def from_row(cls, row: MailRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            subject=row.subject,
            body=row.body,
            template_id=None if row.template_id is None else strawberry.ID(str(row.template_id)),
            attachments=[MailAttachment(file_id=strawberry.ID(f["id"]), name=f["name"]) for f in row.attachments],
            sent_by=User(id=strawberry.ID(str(row.sent_by_id))),
            created_at=row.created_at,
        )
