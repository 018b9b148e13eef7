"""Previews of images: pictures that we make ourselves, in the process that may be lost."""

from pathlib import Path
from typing import Final

from services.files.adapters.confinement import Confinement, Unanswered

MEDIA_TYPE: Final = "image/webp"
_WITH_PREVIEW: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_BEGINS: Final = (b"RIFF", b"WEBP")  # with its length between


class Previewer:
    """All previews of one worker, of which few are made at once."""

    def __init__(self, confinement: Confinement) -> None:
        self._confinement = confinement

    async def preview(self, path: Path, detected_type: str) -> bytes | None:
        """A WebP of at most 512 pixels a side, which fits into memory; None where none can be made."""
        if detected_type not in _WITH_PREVIEW:
            return None
        try:
            made = await self._confinement.ask("preview", path, detected_type)
        except Unanswered:
            return None
        return made if (made[:4], made[8:12]) == _BEGINS else None


_everyone: Final = Previewer(Confinement(at_once=1))


async def preview(path: Path, detected_type: str) -> bytes | None:
    """By a previewer for this whole process: one at once, the others wait."""
    return await _everyone.preview(path, detected_type)
