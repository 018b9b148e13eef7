"""What can be found against a file, by stable codes."""

from dataclasses import dataclass, field
from enum import StrEnum


class Code(StrEnum):
    """Callers may rely on these; details are for people and may change."""

    EMPTY = "EMPTY"
    UNSAFE_NAME = "UNSAFE_NAME"
    TYPE_NOT_ALLOWED = "TYPE_NOT_ALLOWED"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    POLYGLOT = "POLYGLOT"
    HIDDEN_DATA = "HIDDEN_DATA"
    TRUNCATED = "TRUNCATED"
    MALFORMED = "MALFORMED"
    ACTIVE_MARKUP = "ACTIVE_MARKUP"
    SCRIPT = "SCRIPT"
    MACRO = "MACRO"
    LAUNCH = "LAUNCH"
    DDE = "DDE"
    EMBEDDED_OBJECT = "EMBEDDED_OBJECT"
    EXTERNAL_REFERENCE = "EXTERNAL_REFERENCE"
    XML_ENTITIES = "XML_ENTITIES"
    ENCRYPTED = "ENCRYPTED"
    DECOMPRESSION_BOMB = "DECOMPRESSION_BOMB"
    TOO_MANY_ENTRIES = "TOO_MANY_ENTRIES"
    TOO_DEEP = "TOO_DEEP"
    UNSAFE_ENTRY = "UNSAFE_ENTRY"
    IMAGE_TOO_LARGE = "IMAGE_TOO_LARGE"
    TOO_MANY_FRAMES = "TOO_MANY_FRAMES"
    UNREADABLE = "UNREADABLE"
    TOO_COSTLY = "TOO_COSTLY"


@dataclass(frozen=True, slots=True)
class Finding:
    """`detail` is one English sentence without anything of the file's content."""

    code: Code
    detail: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """No findings: clean, as far as these rules look. `detected_type` is a media type."""

    detected_type: str
    findings: tuple[Finding, ...] = ()


class Stop(Exception):
    """Looking further is impossible or would cost too much; what was found until here stands."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(detail)
        self.finding = Finding(code, detail)


@dataclass(slots=True)
class Findings:
    """One of each code, the first: a hostile file shall not make us write a book about it."""

    _by_code: dict[Code, Finding] = field(default_factory=dict)

    def add(self, code: Code, detail: str) -> None:
        self._by_code.setdefault(code, Finding(code, detail))

    def all(self) -> tuple[Finding, ...]:
        return tuple(self._by_code.values())
