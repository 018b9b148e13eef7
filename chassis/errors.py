"""What can go wrong, in three classes that code, logs and alerts keep apart.

    Exception
    ├── Refusal                 data the caller can act on; never pages anyone
    │   ├── NotFound            absent, or not for this caller: the two are told apart nowhere
    │   ├── Denied              the caller lacks the permission
    │   ├── Conflict            somebody else was first
    │   │   └── StaleVersion    and changed what the caller has seen
    │   └── Invalid             the input breaks a rule; names the field
    └── Fault                   the outside world is not there now; retried, or answered SERVICE_UNAVAILABLE

Everything else is a bug: masked as INTERNAL, logged with its stack.
"""

from enum import StrEnum


class ErrorCode(StrEnum):
    """The stable codes of refusals, as callers see them in `errors { code }`."""

    NOT_FOUND = "NOT_FOUND"
    DENIED = "DENIED"
    CONFLICT = "CONFLICT"
    INVALID = "INVALID"


class Refusal(Exception):
    """An expected no. `field` is the path in the input, outermost first; empty when no one field is to blame."""

    code: ErrorCode

    def __init__(self, message: str, *, field: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(Refusal):
    code = ErrorCode.NOT_FOUND

    def __init__(self, what: str, *, field: tuple[str, ...] = ()) -> None:
        super().__init__(f"{what} not found, or not within your rights.", field=field)


class Denied(Refusal):
    code = ErrorCode.DENIED

    def __init__(self, permission: str, *, field: tuple[str, ...] = ()) -> None:
        super().__init__(f"This needs the permission {permission}; ask an administrator of your company.", field=field)
        self.permission = permission


class Conflict(Refusal):
    code = ErrorCode.CONFLICT


class StaleVersion(Conflict):
    """Somebody changed the thing after the version that the caller has seen."""

    def __init__(self, expected: int, current: int) -> None:
        super().__init__(
            f"Version {current} is current, you have {expected}: look at the changes and try again.",
            field=("expected_version",),
        )


class Invalid(Refusal):
    code = ErrorCode.INVALID


class Fault(Exception):
    """Something outside is unreachable or too slow. `service` names it for the reader of the answer."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason
