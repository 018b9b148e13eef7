"""Extension, declared type and content must tell the same, and what they tell must be let in."""

from typing import Final

from services.files.domain import names
from services.files.domain.content import kinds
from services.files.domain.content.browsing import HTML, SVG
from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code

_BROWSED: Final = frozenset({HTML, SVG})


def kind_of(name: str, found: str, *, inside: bool) -> kinds.Kind | None:
    """By the extension. Files in archives may have none, or the number of an old log: they claim nothing."""
    extension = names.extension(name)
    if inside and (not extension or extension.isdecimal()):
        return kinds.BY_TYPE.get(found)
    return kinds.BY_EXTENSION.get(extension)


def is_allowed(found: str, kind: kinds.Kind | None, declared: str, case: Case) -> bool:
    """Whether extension, declaration and content agree on a type that is let in."""
    if kind is None:
        case.add(Code.TYPE_NOT_ALLOWED, "Files with such an extension are not let in.")
    if found in _BROWSED:
        case.add(Code.ACTIVE_MARKUP, "Browsers would take the file for a page.")
    elif found not in kinds.BY_TYPE:
        case.add(Code.TYPE_NOT_ALLOWED, f"The file is of the type {found}, which is not let in.")
    elif kind and not kind.looks_like(found):
        case.add(Code.TYPE_MISMATCH, f"The file is called {kind.media_type}, and is {found}.")
    if kind and not kind.declared_as(declared):
        case.add(Code.TYPE_MISMATCH, "The declared type and the extension of the file do not agree.")
    return kind is not None and kind.looks_like(found)
