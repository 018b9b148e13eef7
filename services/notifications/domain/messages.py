"""Kinds and states of messages, why one is not sent, and how long to wait before it is tried again."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

GIVE_UP_AFTER: Final = timedelta(days=3)
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=4)
_DOUBLINGS: Final = 10


class MessageKind(StrEnum):
    """`ASSIGNED`: the recipient has become responsible for an incident. `WRITTEN`: somebody wrote to them about it."""

    ASSIGNED = "ASSIGNED"
    WRITTEN = "WRITTEN"


class MessageState(StrEnum):
    """`QUEUED` and `SENDING` are followed by one of the others, which are the end of it."""

    QUEUED = "QUEUED"
    SENDING = "SENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    WITHHELD = "WITHHELD"


class Reason(StrEnum):
    """Why a message waits, failed or was withheld."""

    SERVER_UNREACHABLE = "SERVER_UNREACHABLE"
    ACCOUNT_REFUSED = "ACCOUNT_REFUSED"
    SERVER_BUSY = "SERVER_BUSY"
    RECIPIENT_REFUSED = "RECIPIENT_REFUSED"
    MESSAGE_REFUSED = "MESSAGE_REFUSED"
    ADDRESS_UNUSABLE = "ADDRESS_UNUSABLE"
    TOO_OLD = "TOO_OLD"
    RECIPIENT_INACTIVE = "RECIPIENT_INACTIVE"
    NO_RIGHT = "NO_RIGHT"
    MARKING = "MARKING"


def subject_key(kind: MessageKind) -> str:
    """The key of the subject line; its words depend on the recipient's language and are chosen when it is sent."""
    return f"mail.{kind.lower()}.subject"


def pause_after(attempts: int) -> timedelta:
    """Twice as long each time, from a minute to four hours."""
    doubled = 1 << min(attempts - 1, _DOUBLINGS)
    return min(_FIRST_PAUSE * doubled, _LONGEST_PAUSE)
