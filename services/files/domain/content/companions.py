"""Small files that systems put beside others, of which those who pack a folder know nothing."""

from typing import Final

_LARGEST: Final = 2**20
_RESOURCES: Final = b"\x00\x05\x16\x07"
_FOLDER: Final = b"\x00\x00\x00\x01Bud1"


def is_companion(name: str, head: bytes, size: int) -> bool:
    """Resources of a file, or how a folder was shown, as macOS keeps them: data that nothing opens."""
    if size > _LARGEST:
        return False
    return (name.startswith("._") and head.startswith(_RESOURCES)) or (name == ".DS_Store" and head.startswith(_FOLDER))
