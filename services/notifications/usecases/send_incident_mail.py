"""Writing to people about an incident: who may, to whom, and what of it; and how it will look to one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from chassis.access import Actor
from chassis.database import ReadSession, UnitOfWork
from chassis.errors import Invalid, NotFound
from chassis.identifiers import uuid7
from services.notifications.adapters.registry import Registry
from services.notifications.domain import permissions
from services.notifications.domain.incident_facts import IncidentFacts, sees
from services.notifications.domain.links import Links
from services.notifications.domain.mail_templates import TEMPLATE, text_for
from services.notifications.domain.mails import MOST_ATTACHMENTS, check_marking, check_recipients, check_text
from services.notifications.domain.messages import MessageKind
from services.notifications.domain.people import Person
from services.notifications.domain.wording import FALLBACK, Text
from services.notifications.persistence.mail_templates import MailTemplates
from services.notifications.persistence.mails import Mails
from services.notifications.persistence.rows import MailRow
from services.notifications.usecases.request_message import RequestMessage, request_message

INCIDENT: Final = "The incident was"
_LONGEST_KEY: Final = 200
_ONE_BY_ONE: Final = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")  # of those with one key


@dataclass(frozen=True, slots=True, kw_only=True)
class SendIncidentMail:
    """`attachments` are files of the incident. The words are a template's, or `subject` and `body`."""

    incident_id: UUID
    recipients: Sequence[UUID]
    subject: str | None = None
    body: str | None = None
    template_id: UUID | None = None
    attachments: Sequence[UUID] = ()
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail that may be sent now: nothing of it is kept yet."""

    incident: IncidentFacts
    people: Sequence[Person]
    text: Text
    texts: Mapping[str, Any] | None
    template_id: UUID | None
    attachments: Sequence[dict[str, Any]]
    idempotency_key: str | None


async def draft_mail(
    command: SendIncidentMail,
    actor: Actor,
    registry: Registry,
    links: Links,
    session: ReadSession,
    *,
    field: str = "recipient_ids",
) -> Draft:
    """Asks the others, so call it before the transaction. `field` names who is to get it, `session` has templates.

    Raises NotFound, Denied, Invalid or Fault.
    """
    incident = await registry.incident(command.incident_id)
    if incident is None or not sees(actor, incident):
        raise NotFound(INCIDENT, field=("incident_id",))
    where = {"what": INCIDENT, "seen_with": permissions.VIEW}
    actor.require(permissions.SEND_MAIL, incident.company_id, field=("incident_id",), **where)
    texts = await _template(command, incident, MailTemplates(session, actor))
    text = _own_text(command) if texts is None else text_for(texts, next(iter(actor.locales), FALLBACK))
    check_marking(incident)
    wanted = list(dict.fromkeys(command.recipients))
    people = await registry.people(wanted[:500])
    check_recipients(wanted, people, incident, field=field)
    return Draft(
        incident=incident,
        people=[people[each] for each in wanted],
        text=text,
        texts=texts,
        template_id=command.template_id,
        attachments=await _attached(command, registry, links),
        idempotency_key=_checked_key(command.idempotency_key),
    )


async def _template(
    command: SendIncidentMail, incident: IncidentFacts, templates: MailTemplates
) -> Mapping[str, Any] | None:
    """The texts of the one that is named. Raises NotFound, also for one of another company, or Invalid."""
    if command.template_id is None:
        return None
    if command.subject is not None or command.body is not None:
        raise Invalid("Give either a template, or a subject and a body.", field=("template_id",))
    template = await templates.get(command.template_id, field="template_id")
    if not template.active or template.company_id not in {None, incident.company_id}:
        raise NotFound(TEMPLATE, field=("template_id",))
    return template.texts


def _own_text(command: SendIncidentMail) -> Text:
    """Raises Invalid."""
    return Text(*check_text(command.subject or "", command.body or ""))


async def _attached(command: SendIncidentMail, registry: Registry, links: Links) -> list[dict[str, Any]]:
    wanted = list(dict.fromkeys(command.attachments))
    if len(wanted) > MOST_ATTACHMENTS:
        raise Invalid(f"A mail links to {MOST_ATTACHMENTS} files at most.", field=("attachment_ids",))
    if wanted and links.files is None:
        raise Invalid("This installation does not know its own address, so it cannot link.", field=("attachment_ids",))
    names = await registry.files(command.incident_id, wanted)
    for number, each in enumerate(wanted):
        if each not in names:
            raise Invalid("This is no file of the incident that may be had.", field=("attachment_ids", str(number)))
    return [{"id": str(each), "name": names[each]} for each in wanted]


async def send_incident_mail(draft: Draft, work: UnitOfWork) -> MailRow:
    """The mail, with a message to each recipient that the worker sends. The same key gives the same mail, once.

    The incident must be known here. Raises Invalid for a key that was used for something else.
    """
    key = draft.idempotency_key
    if key is not None:
        await work.session.execute(_ONE_BY_ONE, {"key": f"{work.actor.id} {key}"})
    if key is not None and (before := await Mails(work.session, work.actor).repeated(key)) is not None:
        if (before.incident_id, before.subject, before.body) != (
            draft.incident.id,
            draft.text.subject,
            draft.text.body,
        ):
            raise Invalid("This key was used for another mail.", field=("idempotency_key",))
        return before
    mail = _written(draft, work)
    work.session.add(mail)
    for person in draft.people:
        message = RequestMessage(
            event_id=mail.id,
            company_id=mail.company_id,
            incident_id=mail.incident_id,
            recipient_id=person.actor.id,
            kind=MessageKind.WRITTEN,
            restricted=draft.incident.restricted,
            mail_id=mail.id,
        )
        await request_message(message, work)
    await work.session.flush()
    return mail


def _written(draft: Draft, work: UnitOfWork) -> MailRow:
    return MailRow(
        id=uuid7(),
        company_id=draft.incident.company_id,
        incident_id=draft.incident.id,
        sent_by_id=work.actor.id,
        sent_by_kind=work.actor.kind.value,
        sender_name=work.actor.name,
        subject=draft.text.subject,
        body=draft.text.body,
        texts=None if draft.texts is None else dict(draft.texts),
        template_id=draft.template_id,
        attachments=list(draft.attachments),
        request_id=work.cause.request_id,
        idempotency_key=draft.idempotency_key,
        created_at=datetime.now(UTC),
    )


def _checked_key(key: str | None) -> str | None:
    if key is not None and (not key or len(key) > _LONGEST_KEY or "\x00" in key):
        raise Invalid(f"A key has from one to {_LONGEST_KEY} characters.", field=("idempotency_key",))
    return key
