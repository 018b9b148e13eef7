"""The incidents of the sample: made up, but of the kinds that happen."""

from typing import Any

_Details = dict[str, Any]


def _of(
    company: str, title: str, kind: str, severity: str, status: str, occurred: str, place: str, **more: Any
) -> tuple[str, _Details]:
    return company, {
        "title": title,
        "type": {"code": kind},
        "severity": {"code": severity},
        "status": {"code": status},
        "occurredAt": occurred,
        "location": {"text": place},
        **more,
    }


_INFECTED = "malicious-code.infected-system"
_PHISHING = "fraud.phishing"
_LOGIN = "intrusion-attempts.brute-force"
_COMPROMISE = "intrusions.privileged-account-compromise"
_LEAK = "information-content-security.data-leak"
_ACCESS = "information-content-security.unauthorised-information-access"
_LOSS = "information-content-security.data-loss"
_DDOS = "availability.ddos"
_OUTAGE = "availability.outage"
_WEAK = "vulnerable.weak-crypto"
_SCAN = "information-gathering.scanner"
_SPAM = "abusive-content.spam"

SAMPLE_INCIDENTS: tuple[tuple[str, _Details], ...] = (
    _of("NORTH", "Ransomware note on a dispatch workstation", _INFECTED, "critical", "in-progress",
        "2026-03-02T07:40:00+01:00", "Hamburg, dispatch hall",
        description="The night shift found a note on the screen. The machine was taken off the network at 07:52."),
    _of("NORTH", "Invoice mail with a false bank account", _PHISHING, "high", "closed",
        "2026-02-11T10:15:00+01:00", "Accounting", actionsTaken="Bank informed, payment stopped, mail rule added."),
    _of("NORTH", "Repeated failed sign-ins at the customs portal", _LOGIN, "medium", "closed",
        "2026-02-19T23:05:00+01:00", "Customs portal"),
    _of("NORTH", "Lost notebook of a driver manager", _LOSS, "medium", "in-progress",
        "2026-04-08T18:00:00+02:00", "Train from Hanover to Bremen", dataSubjectsAffected=140),
    _of("NORTH", "Tracking site slow under a flood of requests", _DDOS, "high", "closed",
        "2026-01-27T14:20:00+01:00", "Public tracking site"),
    _of("NORTH", "Old cipher on the partner gateway", _WEAK, "low", "open",
        "2026-05-05T09:00:00+02:00", "Partner gateway"),
    _of("NORTH", "Port scan from a hosting provider", _SCAN, "low", "closed",
        "2026-05-12T03:33:00+02:00", "Internet edge"),
    _of("NORTH", "Delivery lists visible to another customer", _LEAK, "high", "in-progress",
        "2026-06-03T11:10:00+02:00", "Customer portal", dataSubjectsAffected=2300, recordsAffected=5100),
    _of("STEPPE", "Зиянды бағдарлама инженердің ноутбугінде табылды", _INFECTED, "high", "in-progress",
        "2026-03-14T08:25:00+05:00", "Қарағанды",
        description="Антивирус USB құрылғысынан іске қосылған файлды тоқтатты."),
    _of("STEPPE", "Operator account used from an unknown country", _COMPROMISE, "critical", "in-progress",
        "2026-04-21T02:12:00+05:00", "Control centre", impact="No switching operations were made.",
        description="Somebody of the staff may have given the password away. Only who works on it is to see this.",
        visibility="RESTRICTED"),
    _of("STEPPE", "Mail to engineers asking for passwords", _PHISHING, "medium", "closed",
        "2026-01-19T12:00:00+05:00", "Astana"),
    _of("STEPPE", "Substation sensors unreachable for an hour", _OUTAGE, "high", "closed",
        "2026-02-02T16:45:00+05:00", "Substation 7"),
    _of("STEPPE", "Contractor could read meter data of all regions", _ACCESS, "high", "open",
        "2026-06-17T10:05:00+05:00", "Metering system", dataSubjectsAffected=48000),
    _of("STEPPE", "Guessing of passwords at the remote access", _LOGIN, "medium", "closed",
        "2026-03-29T01:40:00+05:00", "Remote access"),
    _of("STEPPE", "Backup tapes missing after a move", _LOSS, "medium", "open",
        "2026-05-26T09:30:00+05:00", "Archive, Almaty", recordsAffected=12000),
    _of("STEPPE", "Scan of industrial protocols", _SCAN, "low", "closed",
        "2026-04-02T22:18:00+05:00", "Internet edge"),
    _of("HARBOUR", "Patient letters sent to the wrong addresses", _LEAK, "high", "in-progress",
        "2026-02-24T09:00:00+00:00", "Print room", dataSubjectsAffected=312),
    _of("HARBOUR", "Receptionist looked up a neighbour's record", _ACCESS, "medium", "closed",
        "2026-01-13T15:20:00+00:00", "Outpatients", dataSubjectsAffected=1),
    _of("HARBOUR", "Radiology server encrypted", _INFECTED, "critical", "in-progress",
        "2026-05-30T05:55:00+01:00", "Radiology", impact="Images of one day had to be taken again."),
    _of("HARBOUR", "Wave of advertising mail from an own mailbox", _SPAM, "low", "closed",
        "2026-03-06T11:45:00+00:00", "Mail system"),
    _of("HARBOUR", "False sign-in page for the staff portal", _PHISHING, "high", "closed",
        "2026-04-15T13:30:00+01:00", "Staff portal", preventiveMeasures="Second factor for the staff portal."),
    _of("HARBOUR", "Appointment system down after an update", _OUTAGE, "high", "closed",
        "2026-06-09T08:10:00+01:00", "Appointment system"),
    _of("HARBOUR", "Stolen tablet from a home visit", _LOSS, "medium", "open",
        "2026-06-20T17:25:00+01:00", "Home visit, Whitby", dataSubjectsAffected=26),
    _of("HARBOUR", "Consultant's account used at night", _COMPROMISE, "high", "open",
        "2026-06-21T02:50:00+01:00", "Remote desktop"),
)  # fmt: skip
