"""Putting a message into words, in its recipient's language, from the incident as it is now."""

from dataclasses import dataclass
from typing import Final

from services.notifications.domain.incident_facts import IncidentFacts
from services.notifications.domain.letters import Letter, Mailbox
from services.notifications.domain.links import Links
from services.notifications.domain.people import Person
from services.notifications.domain.placeholders import filled
from services.notifications.domain.wording import wording
from services.notifications.persistence.rows import MessageRow

_UNNAMED: Final = "_UNNAMED"


@dataclass(frozen=True, slots=True)
class Stationery:
    """What all mails of an installation have in common."""

    sender: Mailbox
    links: Links


def write_letter(message: MessageRow, person: Person, incident: IncidentFacts, on: Stationery) -> Letter:
    """Raises UnusableAddress."""
    words = wording(person.locale)
    kind = message.kind if incident.may_be_named else message.kind + _UNNAMED
    text, link = words.messages[kind], on.links.to_incident(incident)
    values = {"incident.reference": incident.reference, "incident.title": incident.title, "incident.link": link}
    blocks = (text.body, words.words["link"] if link else "", words.words["footer"])
    return Letter(
        id=message.id,
        thread=incident.id,
        sender=on.sender,
        recipient=Mailbox.of(person.actor.name, person.email),
        subject=filled(text.subject, values),
        text="\n\n".join(filled(block, values) for block in blocks if block) + "\n",
        language=words.language,
        written_at=message.created_at,
    )
