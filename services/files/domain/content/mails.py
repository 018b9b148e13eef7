"""Mails: each attachment is looked into like a file of an archive. Their texts may be pages: that is what mails are."""

import email
import io
from email import policy
from email.message import Message
from typing import BinaryIO, Final

from services.files.domain.content.browsing import markup_at_start
from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import LARGEST_MAIL, MOST_PARTS
from services.files.domain.content.reading import head_of, size_of
from services.files.domain.content.texts import check_text
from services.files.domain.names import hazard

_BODIES: Final = frozenset({"text/plain", "text/html", "text/calendar", "text/enriched"})
_SIGNATURES: Final = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_SIGNED: Final = (b"\x30\x80", b"\x30\x82", b"-----BEGIN PGP SIGNATURE-----")
_LONGEST_SIGNATURE: Final = 2**16
_REPORTS: Final = frozenset({"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"})


def check_mail(file: BinaryIO, case: Case) -> None:
    if size_of(file) > LARGEST_MAIL:
        raise Stop(Code.TOO_COSTLY, f"The mail has more than {LARGEST_MAIL} bytes.")
    inner = case.entered(archive=True)
    check_text(file, case)
    if markup_at_start(head_of(file, 4096)):
        case.add(Code.POLYGLOT, "The mail is a web page too.")
    file.seek(0)
    try:
        message = email.message_from_binary_file(file, policy=policy.compat32)
        parts = list(message.walk())
    except (RecursionError, ValueError, LookupError, TypeError) as error:
        raise Stop(Code.MALFORMED, "The mail cannot be read.") from error
    if len(parts) > MOST_PARTS:
        raise Stop(Code.TOO_MANY_ENTRIES, f"The mail has more than {MOST_PARTS} parts.")
    for number, part in enumerate(parts, 1):
        if not part.is_multipart():
            _check_part(number, part, inner.within(f"Part {number}"))


def _check_part(number: int, part: "Message[str, str]", case: Case) -> None:
    name, data = _described(part)
    kind = part.get_content_type()
    if kind in _REPORTS or (not name and kind in _BODIES and part.get_content_disposition() != "attachment"):
        return
    if kind in _SIGNATURES and len(data) <= _LONGEST_SIGNATURE and data.startswith(_SIGNED):
        return
    case.budget.entry()
    case.budget.spend(len(data))
    reason = hazard(name) if name else None
    if reason:
        case.add(Code.UNSAFE_NAME, f"The name of the file {reason}.")
    if data:
        case.look(io.BytesIO(data), name or f"part-{number}", case)


def _described(part: "Message[str, str]") -> tuple[str, bytes]:
    """Its name, empty when it has none, and its decoded content."""
    try:
        name = part.get_filename()
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError, AttributeError) as error:
        raise Stop(Code.MALFORMED, "A part of the mail cannot be read.") from error
    return str(name or ""), data if isinstance(data, bytes) else b""
