"""`make real DATA=folder`: imports the table of real incidents, `breaches.csv`, as the sample's administrator."""

import json
import os
import sys
from pathlib import Path
from typing import NoReturn

from deploy.local.demo import NOTE

_ROOT = Path(__file__).resolve().parents[2]
_TABLE = "breaches.csv"
_MAPPING = _ROOT / "docs" / "examples" / "breaches.toml"


def main(arguments: list[str]) -> None:
    """Becomes the import, so that a Ctrl-C reaches it alone. Exits with 2 when it lacks a table or a registry."""
    table = Path(arguments[0] if arguments and arguments[0] else "-") / _TABLE
    note = Path(os.environ.get("REGISTRY_DATA", ".registry")) / NOTE
    if not table.is_file():
        _no(f"No {_TABLE} there: name the folder that has it: make real DATA=folder")
    if not note.is_file():
        _no(f"No registry in {note.parent}: start one with `make up`, or set REGISTRY_DATA.")
    demo = json.loads(note.read_text(encoding="utf-8"))
    words = [
        "import",
        str(table),
        "--mapping",
        str(_MAPPING),
        "--url",
        demo["graphql"],
        "--errors",
        f"{_TABLE}.errors.csv",
    ]
    environment = {**os.environ, "REGISTRY_API_KEY": demo["users"][0]["apiKey"]}
    os.execve(sys.executable, [sys.executable, "-m", "client", *words], environment)  # noqa: S606  # our own client


def _no(why: str) -> NoReturn:
    sys.stderr.write(f"{why}\n")
    sys.exit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
