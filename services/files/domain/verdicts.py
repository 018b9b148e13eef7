"""What a check says of a file: whether it may be given away, and what stands against it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from services.files.domain.content.findings import Code, Inspection
from services.files.domain.files import FileKind, FileState

_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(minutes=10)
_DOUBLINGS: Final = 20


# Samples of malware are kept as evidence in encrypted archives, which is how responders hand them on without harm.
_BORNE: Final = {FileKind.EVIDENCE.value: frozenset({Code.ENCRYPTED.value})}


class Against(StrEnum):
    """What only a check finds, beside the codes of its content."""

    LOST = "LOST"
    ALTERED = "ALTERED"
    MALWARE = "MALWARE"
    NOT_SCANNED = "NOT_SCANNED"
    TOO_LARGE_TO_SCAN = "TOO_LARGE_TO_SCAN"


@dataclass(frozen=True, slots=True)
class Found:
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    state: FileState
    detected_type: str | None = None
    sha256: str | None = None
    findings: tuple[Found, ...] = ()
    has_preview: bool = False


def lost() -> Verdict:
    return refused(Found(Against.LOST, "The store does not have its bytes any more."))


def altered(promised: str, sha256: str) -> Verdict:
    told = f"What has arrived has another digest than was promised: {sha256}, not {promised}."
    return refused(Found(Against.ALTERED, told), sha256=sha256)


def refused(*findings: Found, detected_type: str | None = None, sha256: str | None = None) -> Verdict:
    return Verdict(state=FileState.REFUSED, detected_type=detected_type, sha256=sha256, findings=findings)


def of_content(inspection: Inspection, sha256: str, kind: str) -> Verdict:
    """Without findings that are too much for its kind it may be given away, as far as its content tells."""
    findings = tuple(Found(each.code.value, each.detail) for each in inspection.findings)
    borne = _BORNE.get(kind, frozenset())
    state = FileState.AVAILABLE if borne.issuperset(each.code for each in findings) else FileState.REFUSED
    return Verdict(state=state, detected_type=inspection.detected_type, sha256=sha256, findings=findings)


def infected(clean: Verdict, name: str) -> Verdict:
    return refused(
        Found(Against.MALWARE, f"The scanner found {name}."), detected_type=clean.detected_type, sha256=clean.sha256
    )


def unscannable(clean: Verdict) -> Verdict:
    told = Found(Against.TOO_LARGE_TO_SCAN, "The file has more bytes than the scanner takes: StreamMaxLength of clamd.")
    return refused(told, detected_type=clean.detected_type, sha256=clean.sha256)


def unscanned(clean: Verdict) -> Verdict:
    """It stays where it is until the scanner is back."""
    return Verdict(
        state=FileState.QUARANTINED,
        detected_type=clean.detected_type,
        sha256=clean.sha256,
        findings=(
            *clean.findings,
            Found(Against.NOT_SCANNED, "The scanner did not answer; it is asked again."),
        ),
    )


def wait_after(attempts: int) -> timedelta:
    """How long to wait after that many attempts, the present one among them: doubled each time, up to ten minutes."""
    doubled: int = 1 << min(attempts - 1, _DOUBLINGS)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)
