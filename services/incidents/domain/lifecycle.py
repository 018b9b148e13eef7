"""Which way an incident may move, and which right that takes.

Statuses are entries of a directory; only their category has behaviour:

    NEW  TRIAGE  ACTIVE  RESOLVED  REVIEW      any to any, with the right to edit
    CLOSED  DECLINED  MERGED                   final: entered with the right to close, also by being registered there,
                                               and left with the right to reopen
"""

from enum import StrEnum

from services.incidents.domain import permissions


class StatusCategory(StrEnum):
    NEW = "NEW"
    TRIAGE = "TRIAGE"
    ACTIVE = "ACTIVE"
    RESOLVED = "RESOLVED"
    REVIEW = "REVIEW"
    CLOSED = "CLOSED"
    DECLINED = "DECLINED"
    MERGED = "MERGED"


FINAL = frozenset({StatusCategory.CLOSED, StatusCategory.DECLINED, StatusCategory.MERGED})


def permission_to_move(before: StatusCategory, after: StatusCategory) -> str:
    """The permission a change from one category to another takes."""
    if before in FINAL and after not in FINAL:
        return permissions.REOPEN
    if after in FINAL and before not in FINAL:
        return permissions.CLOSE
    return permissions.EDIT


def permission_to_begin(category: StatusCategory) -> str:
    """The permission it takes to register an incident that already stands in `category`."""
    return permissions.CLOSE if category in FINAL else permissions.ADD
