"""Looking into files without trusting the look: in a process of its own, whose failure is a finding."""

import json
from pathlib import Path
from typing import Final

from services.files.adapters.confinement import Confinement, Unanswered
from services.files.domain.content.findings import Code, Finding, Inspection

UNKNOWN: Final = "application/octet-stream"
_COSTLY: Final = Finding(Code.TOO_COSTLY, "Looking into the file takes too much time or memory.")
_UNREADABLE: Final = Finding(Code.UNREADABLE, "The file cannot be looked into.")


class Inspector:
    """All inspections of one worker, of which few run at once."""

    def __init__(self, confinement: Confinement) -> None:
        self._confinement = confinement

    async def inspected(self, path: Path, name: str, media_type: str) -> Inspection:
        """What cannot be looked into is found out as such, never let through. Raises OSError without the file."""
        try:
            # Surrogates and NUL cannot be handed to a process; JSON writes both as plain signs.
            answer = await self._confinement.ask("inspect", path, json.dumps(name), json.dumps(media_type))
            return _read(answer)
        except Unanswered as failure:
            return Inspection(UNKNOWN, (_COSTLY if failure.costly else _UNREADABLE,))
        except (ValueError, TypeError, KeyError):  # no answer of ours: whoever wrote it had taken the process over
            return Inspection(UNKNOWN, (_UNREADABLE,))


def _read(answer: bytes) -> Inspection:
    detected, findings = json.loads(answer)
    return Inspection(str(detected), tuple(Finding(Code(code), str(detail)) for code, detail in findings))
