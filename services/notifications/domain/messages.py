"""Kinds and states of messages, and where the words of each kind are found."""

from enum import StrEnum


class MessageKind(StrEnum):
    """`ASSIGNED`: the recipient has become responsible for an incident."""

    ASSIGNED = "ASSIGNED"


class MessageState(StrEnum):
    """`QUEUED`: recorded, and not handed to a mail server yet."""

    QUEUED = "QUEUED"


def subject_key(kind: MessageKind) -> str:
    """The key of the subject line; its words depend on the recipient's language and are chosen when it is sent."""
    return f"mail.{kind.lower()}.subject"
