"""What somebody writes about an incident: how long it may be, and whom it may go to."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from chassis.access import ActorKind
from chassis.errors import Invalid
from services.notifications.domain.incident_facts import IncidentFacts, hindrance, is_red, marked_against
from services.notifications.domain.letters import one_line
from services.notifications.domain.people import Person
from services.notifications.domain.placeholders import NAMES, first_wrong

LONGEST_SUBJECT: Final = 200
LONGEST_BODY: Final = 20_000
MOST_RECIPIENTS: Final = 50
MOST_ATTACHMENTS: Final = 20


def check_text(subject: str, body: str, *, within: tuple[str, ...] = ()) -> tuple[str, str]:
    """As it is kept: the subject in one line. Raises Invalid naming the field, which may be `within` others."""
    for name, text, longest in (("subject", one_line(subject), LONGEST_SUBJECT), ("body", body.strip(), LONGEST_BODY)):
        field = (*within, name)
        if not text or len(text) > longest:
            raise Invalid(f"From one to {longest} characters are needed.", field=field)
        if "\x00" in text:
            raise Invalid("This has a sign in it that no text has.", field=field)
        if (wrong := first_wrong(text)) is not None:
            raise Invalid(f"{wrong} is no place that can be filled; there are: {', '.join(NAMES)}.", field=field)
    return one_line(subject), body.strip().replace("\r\n", "\n").replace("\r", "\n")


def check_marking(incident: IncidentFacts) -> None:
    """Raises Invalid for what is marked TLP:RED."""
    if is_red(incident):
        raise Invalid(
            "This incident is marked TLP:RED: tell those in the room, mail leaves it.", field=("incident_id",)
        )


def check_recipients(
    wanted: Sequence[UUID], people: Mapping[UUID, Person], incident: IncidentFacts, *, field: str = "recipient_ids"
) -> None:
    """Raises Invalid. Who is nowhere and who does not see the incident are told apart nowhere."""
    if not wanted or len(wanted) > MOST_RECIPIENTS:
        raise Invalid(f"A mail goes to at least one person, and to {MOST_RECIPIENTS} at most.", field=(field,))
    for number, id in enumerate(wanted):
        where = (field, str(number)) if field.endswith("s") else (field,)
        person = people.get(id)
        if person is None or hindrance(person, incident) or person.actor.kind is not ActorKind.USER:
            raise Invalid("This is nobody of the company who may see the incident.", field=where)
        if marked_against(person, incident):
            raise Invalid("The marking (TLP) keeps it within the company, and this person is of none.", field=where)
