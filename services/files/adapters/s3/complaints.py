"""What an S3 store complains of, told as faults that say what a person can do."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

from chassis.errors import Fault
from services.files.adapters.stored import StoreRefuses

_STORE: Final = "object store"
_CODE: Final = re.compile(r"<Code>(\w+)</Code>")  # of S3; the library has no type of error for what it tells
_STATUS: Final = re.compile(r"\b(?:status|code)(?: code)?: (\d{3})\b")
_FORBIDDEN: Final = (401, 403)
_NO_BUCKET: Final = "NoSuchBucket"
_KEYS: Final = "correct FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY, or give that key the right"
_NOT_OURS: Final = f"is not for this key: {_KEYS}"
_ELSEWHERE: Final = "is in another region: correct FILES_S3_REGION"
_REMEDIES: Final[Mapping[str, str]] = {
    _NO_BUCKET: "is missing: make it, or correct FILES_S3_BUCKET",
    **dict.fromkeys(("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"), _NOT_OURS),
    **dict.fromkeys(("AuthorizationHeaderMalformed", "AuthorizationQueryParametersError"), _ELSEWHERE),
    "PermanentRedirect": _ELSEWHERE,
    "RequestTimeTooSkewed": "finds another time here: correct the clock of this machine, or the store's",
}
_FULL: Final = frozenset({"InsufficientStorage", "XMinioStorageFull", "InsufficientCapacity", "QuotaExceeded"})
_FULL_STATUS: Final = 507


class Complaint(NamedTuple):
    """What came of a request: the code of S3 and the status of HTTP, as far as they are known."""

    code: str = ""
    status: int = 0


def fault(bucket: str, doing: str, complaint: Complaint) -> Fault:
    """`doing` is what the store did not do. StoreRefuses where waiting does not help."""
    remedy = _REMEDIES.get(complaint.code)
    if remedy is None and not complaint.code and complaint.status in _FORBIDDEN:  # answers to HEAD have no code
        remedy = _NOT_OURS
    if remedy is not None:
        return StoreRefuses(_STORE, f"the bucket {bucket} {remedy}")
    if complaint.code in _FULL or complaint.status == _FULL_STATUS:
        return Fault(_STORE, f"the bucket {bucket} {doing}: the store is full, give it more room")
    return Fault(_STORE, f"the bucket {bucket} {doing}")


@contextmanager
def told(bucket: str, doing: str) -> Iterator[None]:
    """Errors of the library become faults; FileNotFoundError does where it is the bucket that is missing."""
    try:
        yield
    except (BaseError, OSError) as error:
        complaint = _complaint(error)
        if isinstance(error, FileNotFoundError) and complaint.code != _NO_BUCKET:
            raise
        raise fault(bucket, doing, complaint) from error


def _complaint(error: Exception) -> Complaint:
    text = str(error)
    code, status = _CODE.search(text), _STATUS.search(text)
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return Complaint(code[1] if code else "", _FORBIDDEN[1])
    return Complaint(code[1] if code else "", int(status[1]) if status else 0)
