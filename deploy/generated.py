"""Files that are generated and committed all the same: written, or checked to be what would be written."""

import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]


def difference(file: Path, text: str, root: Path = ROOT) -> str:
    """How `file` below `root` differs from `text`, as a unified diff; empty when it does not."""
    if not (root / file).exists():
        return f"{file} is missing.\n"
    kept = (root / file).read_text(encoding="utf-8")
    before, after = (content.splitlines(keepends=True) for content in (kept, text))
    return "".join(difflib.unified_diff(before, after, f"{file} (committed)", f"{file} (generated)"))


def write_or_check(files: Mapping[Path, str], *, check: bool, root: Path = ROOT) -> int:
    """Write each text to its file below `root`, or only show what would change; the exit status."""
    if not check:
        for file, text in files.items():
            (root / file).write_text(text, encoding="utf-8")
        return 0
    stale = {file: changes for file, text in files.items() if (changes := difference(file, text, root))}
    for file, changes in stale.items():
        sys.stderr.write(f"{changes}{file} is not current: run `make schema` and commit it.\n")
    return int(bool(stale))
