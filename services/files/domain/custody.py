"""The chain of custody: what happens to a file, as its record and the history of its incident call it."""

from enum import StrEnum


class Custody(StrEnum):
    UPLOADED = "UPLOADED"
    CHECKED = "CHECKED"
    DOWNLOADED = "DOWNLOADED"
    EDITED = "EDITED"
    REPLACED = "REPLACED"
    DELETED = "DELETED"
    RESTORED = "RESTORED"
    PURGED = "PURGED"
