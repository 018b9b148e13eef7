"""Who may see the events of each stream, in words; the rule itself is kept where they are handed on."""

from typing import Final

from services.notifications.domain.public_events import Stream

RIGHTS: Final = {
    Stream.INCIDENTS: "Who holds incident.view in the company; of a restricted incident its members, and who holds "
    "incident.view_restricted as well.",
    Stream.RESTRICTED: "The members of the incident, and who holds incident.view_restricted in the company; they must "
    "hold incident.view there too.",
    Stream.UNITS: "Who holds access.manage, incident.view, incident.add or metrics.read in the company.",
    Stream.COMPANY: "Who holds any permission in the company; what is of no company, everybody who is signed in.",
    Stream.EVERYONE: "Everybody who is signed in.",
}
