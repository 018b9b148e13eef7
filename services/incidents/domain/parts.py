"""What hangs on an incident and is changed by itself: each change is the incident's too, in its history and events."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class PartType(StrEnum):
    COMMENT = "COMMENT"
    TASK = "TASK"
    REVIEW = "REVIEW"
    ACTION_ITEM = "ACTION_ITEM"
    ROLE = "ROLE"
    LINK = "LINK"
    TIMELINE_ENTRY = "TIMELINE_ENTRY"
    INDICATOR = "INDICATOR"
    ASSET = "ASSET"
    TIMESTAMP = "TIMESTAMP"
    FILE = "FILE"  # kept by another service


class Operation(StrEnum):
    """What was done to a part, as its history and events call it."""

    ADDED = "ADDED"
    EDITED = "EDITED"
    REMOVED = "REMOVED"
    OVERDUE = "OVERDUE"  # nobody did anything until its due date
    RESTORED = "RESTORED"
    DOWNLOADED = "DOWNLOADED"  # somebody took a copy of it


@dataclass(frozen=True, slots=True)
class Part:
    type: PartType
    id: UUID
