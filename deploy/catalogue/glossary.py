"""What the fields of events mean: the same name means the same in all of them, but for the few that are named here."""

from typing import Final

from deploy.catalogue.errors import CatalogueError

_EVERYWHERE: Final = {
    "active": "Whether it is in use from now on.",
    "actor_id": "Who did it: the id of a user, of a service account, or of the service itself.",
    "actor_kind": "What `actor_id` is of: user, service_account or system.",
    "category_after": "What the new status means, whatever it is called: NEW, TRIAGE, ACTIVE, RESOLVED, REVIEW, "
    "CLOSED, DECLINED or MERGED.",
    "category_before": "The same of the status before.",
    "changed": "Names of the fields that are others now.",
    "classification_id": "Entry of the directory of classifications.",
    "company_id": "The company.",
    "concerned_ids": "Users whom it concerns: those who are mentioned, or who are to do it.",
    "department_id": "The department.",
    "due_at": "Until when it was to be done.",
    "entry_id": "The entry of the directory.",
    "file_id": "The file.",
    "findings": "Codes of what was found in it, such as ENCRYPTED or MACRO.",
    "incident_id": "The incident.",
    "into_id": "The entry that stands for both from now on.",
    "locale": "BCP 47 tag of the language.",
    "locales": "BCP 47 tags of the languages that it is in.",
    "media_type": "As it was named when it was sent, such as application/pdf.",
    "member_ids": "Users who may see the incident while it is restricted; all of them.",
    "message_id": "The message.",
    "operation": "What was done: ADDED, EDITED, REMOVED, RESTORED, OVERDUE or DOWNLOADED.",
    "page_id": "The page of the guide.",
    "part": "What kind of thing it is: COMMENT, TASK, REVIEW, ACTION_ITEM, ROLE, LINK, TIMELINE_ENTRY, INDICATOR, "
    "ASSET or FILE.",
    "part_id": "The thing itself.",
    "permission": "The permission by which they might; none where no right was asked for.",
    "recipient_id": "The user whom it is for.",
    "reference": "The number that people use, such as ACME-2026-000042.",
    "replaced_by_id": "The file that took its place.",
    "responsible_id": "The user who is responsible.",
    "severity_id": "Entry of the directory of severities.",
    "site_id": "The site.",
    "size": "In bytes.",
    "slug": "Its name in addresses.",
    "state": "What it is from now on: CHECKING, AVAILABLE, QUARANTINED or REFUSED.",
    "status_category": "What its status means, whatever it is called: NEW, TRIAGE, ACTIVE, RESOLVED, REVIEW, CLOSED, "
    "DECLINED or MERGED.",
    "status_id": "Entry of the directory of statuses.",
    "team_id": "The team.",
    "type_id": "Entry of the directory of incident types.",
    "version": "The version that it has after this; the graph tells the same.",
    "visibility": "Who may see it: COMPANY or RESTRICTED.",
    "webhook_id": "The webhook.",
}
_OF_TYPES: Final = {
    ("directory.entry_changed.v1", "kind"): "The directory, such as severity or incident_type.",
    ("directory.entry_merged.v1", "entry_id"): "The entry that is gone.",
    ("directory.entry_merged.v1", "kind"): "The directory, such as severity or incident_type.",
    ("guide.published.v1", "number"): "Versions of a page are counted from 1.",
    ("incident.assigned.v1", "after"): "The user who is responsible from now on.",
    ("incident.assigned.v1", "before"): "The user who was responsible.",
    ("incident.disclosed.v1", "operation"): "How it was taken out: EXPORT, MAIL, ACCESS or DOWNLOADED.",
    ("incident.status_changed.v1", "after"): "Entry of the directory of statuses: the new one.",
    ("incident.status_changed.v1", "before"): "Entry of the directory of statuses: the one before.",
    ("incident.visibility_changed.v1", "after"): "Who may see it from now on: COMPANY or RESTRICTED.",
    ("incident.visibility_changed.v1", "before"): "Who could see it: COMPANY or RESTRICTED.",
    ("webhook.disabled.v1", "reason"): "DISABLED_BY_FAILURE, or GONE when it answered 410.",
}
_OF_FAMILIES: Final = {
    ("notification", "kind"): "What the message is about, such as ASSIGNED.",
    ("notification", "reason"): "Why it is not sent, such as RECIPIENT_REFUSED, TOO_OLD or NO_RIGHT.",
    ("notification", "state"): "FAILED: it could not be sent. WITHHELD: its recipient may not have it.",
    ("file", "kind"): "What the file is for the incident: MAIN_REPORT, ATTACHMENT or EVIDENCE.",
}


def meaning(kind: str, field: str) -> str:
    """What `field` of the events of type `kind` means. Raises CatalogueError where nobody has said so."""
    family = kind.partition(".")[0]
    told = _OF_TYPES.get((kind, field)) or _OF_FAMILIES.get((family, field)) or _EVERYWHERE.get(field)
    if told is None:
        raise CatalogueError(f"{field} of {kind}: say in deploy/catalogue/glossary.py what it means.")
    return told
