"""Writing to people about an incident, and looking at it before."""

from typing import Annotated, Final

import strawberry

from chassis.errors import NotFound, Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid, to_uuids
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.notifications.domain import permissions
from services.notifications.domain.letters import as_html, subject_line
from services.notifications.domain.mail_templates import text_for
from services.notifications.graphql.context import Context, Info
from services.notifications.graphql.types.incident_mail import IncidentMail
from services.notifications.persistence.rows import MailRow
from services.notifications.usecases.send_incident_mail import SendIncidentMail, draft_mail, send_incident_mail
from services.notifications.usecases.write_letter import personal_text

_SEND: Final = CompanyScope(permission=permissions.SEND_MAIL)
_RIGHTS: Final = (
    "incident.send_mail and incident.view in the incident's company; restricted: members or incident.view_restricted."
)


@strawberry.input(description="A mail about an incident: plain text, with places such as `{{ incident.reference }}`.")
class IncidentMailDetails:
    incident_id: strawberry.ID = strawberry.field(description="The incident; one marked TLP:RED is told to nobody.")
    template_id: strawberry.ID | None = strawberry.field(
        default=None, description="A template, of every company or of the incident's, instead of subject and body."
    )
    subject: str | None = strawberry.field(default=None, description="Up to 200 characters in one line.")
    body: str | None = strawberry.field(
        default=None,
        description="Up to 20,000 characters. Places: incident.reference, incident.title, incident.status, "
        "incident.severity, incident.type, incident.classification, incident.registeredAt, incident.tlp, "
        "incident.link, recipient.name, sender.name; each is filled in its reader's language.",
    )
    attachment_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Up to 20 files of the incident; the mail links to them."
    )


@strawberry.input(description="A mail about an incident, and to whom it goes.")
class SendIncidentMailInput(IncidentMailDetails):
    recipient_ids: list[strawberry.ID] = strawberry.field(
        description="Up to 50 people of the company who may see the incident; each gets a mail of their own."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key gives the same mail, once; 1 to 200 characters."
    )


@strawberry.input(description="A mail about an incident, and whose eyes to look at it with.")
class PreviewIncidentMailInput(IncidentMailDetails):
    recipient_id: strawberry.ID = strawberry.field(description="One of the people that it may go to.")


Sending = Annotated[SendIncidentMailInput, strawberry.argument(description="What to send, and to whom.")]
Previewing = Annotated[PreviewIncidentMailInput, strawberry.argument(description="What to look at.")]


@strawberry.type(description="What came of sending a mail.")
class IncidentMailPayload:
    mail: IncidentMail | None = strawberry.field(description="The mail; null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="A mail as one recipient would get it.")
class IncidentMailPreview:
    subject: str = strawberry.field(description="Its subject.")
    text: str = strawberry.field(description="Its plain text.")
    html: str = strawberry.field(description="The same as a page of HTML.")
    language: str = strawberry.field(description="The language of what the registry adds.")


@strawberry.type
class SendIncidentMailMutation:
    @strawberry.mutation(
        directives=[_SEND],
        description=described(
            "Writes to people of the company about an incident. Whoever does not see the incident when the mail is "
            "about to leave gets nothing; the history of the incident tells that it was sent.",
            rights=_RIGHTS,
        ),
    )
    async def send_incident_mail(self, info: Info, input: Sending) -> IncidentMailPayload | None:
        try:
            return IncidentMailPayload(mail=IncidentMail.from_row(await _send(input, info.context)), errors=[])
        except Refusal as refusal:
            return IncidentMailPayload(mail=None, errors=[user_error(refusal)])


@strawberry.type
class PreviewQuery:
    @strawberry.field(
        directives=[_SEND],
        description=described(
            "How a mail about an incident would look to one recipient; null when the incident is not there for you.",
            rights=_RIGHTS,
        ),
    )
    async def preview_incident_mail(self, info: Info, input: Previewing) -> IncidentMailPreview | None:
        try:
            return await _preview(input, info.context)
        except NotFound:
            return None


def _command(source: IncidentMailDetails, recipients: list[strawberry.ID], field: str) -> SendIncidentMail:
    return SendIncidentMail(
        incident_id=to_uuid(source.incident_id, "incident_id"),
        recipients=to_uuids(recipients, field),
        subject=source.subject,
        body=source.body,
        template_id=None if source.template_id is None else to_uuid(source.template_id, "template_id"),
        attachments=to_uuids(source.attachment_ids, "attachment_ids"),
        idempotency_key=getattr(source, "idempotency_key", None),
    )


async def _send(source: SendIncidentMailInput, context: Context) -> MailRow:
    command = _command(source, source.recipient_ids, "recipient_ids")
    async with context.read() as session:
        draft = await draft_mail(command, context.actor, context.registry, context.links, session)
    await context.projections.incidents.ensure([draft.incident.id])
    async with context.work() as work:
        return await send_incident_mail(draft, work)


async def _preview(source: PreviewIncidentMailInput, context: Context) -> IncidentMailPreview:
    actor, registry, links = context.actor, context.registry, context.links
    command = _command(source, [source.recipient_id], "recipient_id")
    async with context.read() as session:
        draft = await draft_mail(command, actor, registry, links, session, field="recipient_id")
    (person,) = draft.people
    words = draft.text if draft.texts is None else text_for(draft.texts, person.locale)
    own = words, draft.attachments, actor.name
    text = await personal_text(*own, person, draft.incident, registry, links)
    return IncidentMailPreview(
        subject=subject_line(text.subject),
        text=text.body,
        html=as_html(text.body, text.language),
        language=text.language,
    )
