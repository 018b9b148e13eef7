"""Which names of files are safe to show, to store and to save on any system."""

import re
import unicodedata
from typing import Final

LONGEST_NAME: Final = 255
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Marks, embeddings, overrides and isolates of direction, and signs without width that no script needs.
_HIDING: Final = re.compile(r"[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_DEVICES: Final = re.compile(
    r"(?i)(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])[ ]*(\..*)?", re.DOTALL
)
_DRIVE: Final = re.compile(r"[A-Za-z]:")


def hazard(name: str) -> str | None:
    """Why a name that is no path is unsafe, as the end of a sentence; None for a safe one."""
    for found, reason in (
        (name in {"", ".", ".."}, "is no name"),
        (len(name) > LONGEST_NAME, f"has more than {LONGEST_NAME} characters"),
        (any(sign in name for sign in "/\\") or _DRIVE.match(name), "is a path"),
        (_CONTROLS.search(name), "has control characters"),
        (_HIDING.search(name), "has signs that hide or reorder others"),
        (any(unicodedata.category(sign) == "Cs" for sign in name), "is no Unicode text"),
        (name != name.rstrip(". "), "ends with a dot or a space"),
        (_DEVICES.fullmatch(name), "is reserved for a device"),
    ):
        if found:
            return reason
    return None


def path_hazard(path: str) -> str | None:
    """The same for the name of an entry of an archive, which may lie in folders of that archive."""
    straight = path.replace("\\", "/")
    if straight.startswith("/") or _DRIVE.match(straight):
        return "is an absolute path"
    parts = straight.removesuffix("/").split("/")
    if ".." in parts:
        return "leads out of its folder"
    return next((reason for part in parts if part != "." and (reason := hazard(part))), None)


def extension(name: str) -> str:
    """In small letters, without the dot; empty when there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem.strip(".") else ""
