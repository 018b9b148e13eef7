"""Putting a message into words, in its recipient's language, from the incident as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

from services.notifications.adapters.registry import Registry, called
from services.notifications.domain.incident_facts import IncidentFacts
from services.notifications.domain.letters import Letter, Mailbox
from services.notifications.domain.links import Links
from services.notifications.domain.mail_templates import text_for
from services.notifications.domain.people import Person
from services.notifications.domain.placeholders import filled
from services.notifications.domain.wording import Text, Wording, wording
from services.notifications.persistence.rows import MailRow, MessageRow

_UNNAMED: Final = "_UNNAMED"


@dataclass(frozen=True, slots=True)
class Stationery:
    """What all mails of an installation have in common."""

    sender: Mailbox
    links: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text for one reader, in `language`; `automatic` where nobody wrote it."""

    subject: str
    body: str
    language: str
    automatic: bool = False


def automatic_text(kind: str, person: Person, incident: IncidentFacts, links: Links) -> Written:
    """The built-in one for a kind of message."""
    words = wording(person.locale)
    text = words.messages[kind if incident.may_be_named else kind + _UNNAMED]
    values = {"incident.reference": incident.reference, "incident.title": incident.title}
    body = _framed(filled(text.body, values), (), words, incident, links)
    return Written(subject=filled(text.subject, values), body=body, language=words.language, automatic=True)


async def personal_text(
    text: Text,
    attachments: Sequence[Mapping[str, Any]],
    sender: str,
    person: Person,
    incident: IncidentFacts,
    registry: Registry,
    links: Links,
) -> Written:
    """What somebody wrote, with its places filled in the reader's language. Raises Fault."""
    words = wording(person.locale)
    values = await _values(person, incident, registry) | {
        "incident.link": links.to_incident(incident),
        "recipient.name": person.actor.name,
        "sender.name": sender,
    }
    whole = _framed(filled(text.body, values), attachments, words, incident, links)
    return Written(subject=filled(text.subject, values), body=whole, language=words.language)


def as_letter(message: MessageRow, person: Person, text: Written, sender: Mailbox) -> Letter:
    """Raises UnusableAddress."""
    return Letter(
        id=message.id,
        thread=message.incident_id,
        sender=sender,
        recipient=Mailbox.of(person.actor.name, person.email),
        subject=text.subject,
        text=text.body,
        language=text.language,
        written_at=message.created_at,
        automatic=text.automatic,
    )


async def text_of(
    message: MessageRow, mail: MailRow | None, person: Person, incident: IncidentFacts, registry: Registry, links: Links
) -> Written:
    """Of a message that is to be sent, `mail` being what somebody wrote. Raises Fault."""
    if mail is None:
        return automatic_text(message.kind, person, incident, links)
    text = Text(mail.subject, mail.body) if mail.texts is None else text_for(mail.texts, person.locale)
    own = text, mail.attachments, mail.sender_name
    return await personal_text(*own, person, incident, registry, links)


def _framed(
    body: str, attachments: Sequence[Mapping[str, Any]], words: Wording, incident: IncidentFacts, links: Links
) -> str:
    link = links.to_incident(incident)
    files = [f"{each['name']}: {links.to_file(UUID(each['id']))}" for each in attachments]
    blocks = (
        body,
        "\n".join([words.words["files"], *files]) if files else "",
        filled(words.words["link"], {"incident.link": link}) if link else "",
        words.words["footer"],
    )
    return "\n\n".join(block for block in blocks if block) + "\n"


async def _values(person: Person, incident: IncidentFacts, registry: Registry) -> dict[str, str]:
    entries = await registry.entries(incident)
    names = {name: called(told, person.locale) for name, told in entries.items()}
    return {
        "incident.reference": incident.reference,
        "incident.title": incident.title if incident.may_be_named else incident.reference,
        "incident.status": names.get("status_id", ""),
        "incident.severity": names.get("severity_id", ""),
        "incident.type": names.get("type_id", ""),
        "incident.classification": names.get("classification_id", ""),
        "incident.registeredAt": _moment(incident.registered_at, person.locale),
        "incident.tlp": f"TLP:{incident.tlp.replace('_', '+')}",
    }


def _moment(moment: datetime, tag: str) -> str:
    """In UTC, and said so: nobody has told where the reader is."""
    try:
        locale = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    return f"{format_datetime(moment.astimezone(UTC), locale=locale)} UTC"
