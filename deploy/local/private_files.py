"""Small files that only their owner reads, written whole or not at all, and the secrets kept in one."""

import json
import os
import secrets
from pathlib import Path

from deploy.local.errors import CannotStart


def write_private(path: Path, text: str) -> None:
    """Replace `path` by `text` with mode 0600; a crash leaves either the old content or the new one."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


class Secrets:
    """Generated passwords by name, in one private file; each is made when it is first asked for.

    Raises CannotStart when the file holds something else.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _strings(file) if file.exists() else {}

    def get(self, name: str) -> str:
        """The secret of that name: 32 random bytes, safe within URLs."""
        if name not in self._known:
            self._known[name] = secrets.token_urlsafe(32)
            write_private(self._file, json.dumps(self._known, indent=2) + "\n")
        return self._known[name]


def _strings(file: Path) -> dict[str, str]:
    try:
        known = json.loads(file.read_text())
    except ValueError:
        known = None
    if not isinstance(known, dict) or not all(isinstance(each, str) for each in known.values()):
        raise CannotStart(f"{file} is damaged: delete it, and the next start makes new passwords.")
    return known
