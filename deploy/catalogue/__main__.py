"""The catalogue of events for other systems, generated from the code of all services.

python -m deploy.catalogue              writes gateway/catalogue and docs/event-types.md
python -m deploy.catalogue --check      fails when that is not current, or breaks what was promised
python -m deploy.catalogue --release    promises what is there now: deploy/catalogue/released is compared with it
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from deploy.catalogue.asyncapi import asyncapi
from deploy.catalogue.compatibility import promises_broken, read_schemas
from deploy.catalogue.entries import entries
from deploy.catalogue.envelope import NAME, envelope
from deploy.catalogue.errors import CatalogueError
from deploy.catalogue.types_page import PAGE, types_page
from deploy.generated import ROOT, write_or_check

CATALOGUE: Final = Path("gateway/catalogue")
RELEASED: Final = Path("deploy/catalogue/released")
_WAY_OUT: Final = (
    "Other systems rely on that: add fields, with a default, and leave the others as they are; or tell a new version "
    "beside this one (docs/events.md, versions).\n"
)


def schemas() -> dict[str, dict[str, Any]]:
    """That of the data of each type, and that of what is around it. Raises CatalogueError."""
    return {entry.event.type: entry.schema for entry in entries()} | {NAME: envelope()}


def files() -> dict[Path, str]:
    """The catalogue by path. Raises CatalogueError."""
    told = entries()
    kept = {CATALOGUE / "schemas" / f"{name}.json": _text(schema) for name, schema in schemas().items()}
    return kept | {CATALOGUE / "asyncapi.json": _text(asyncapi(told)), PAGE: types_page(told)}


def main(arguments: list[str]) -> int:
    """The exit status: 0 when all is well."""
    try:
        made, current = files(), schemas()
    except CatalogueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if broken := promises_broken(read_schemas(ROOT / RELEASED), current):
        sys.stderr.write("".join(f"{what}.\n" for what in broken) + _WAY_OUT)
        return 1
    if "--release" in arguments:
        made |= {RELEASED / f"{name}.json": _text(schema) for name, schema in current.items()}
    check = "--check" in arguments
    return write_or_check(made, check=check) | _tidy(made, check=check)


def _tidy(made: Mapping[Path, str], *, check: bool) -> int:
    """What is in the catalogue and is not generated any more goes; the exit status."""
    there = {file.relative_to(ROOT) for file in (ROOT / CATALOGUE).rglob("*.json")}
    left = sorted(there - made.keys())
    for file in left:
        if check:
            sys.stderr.write(f"{file} is of no public event: run `make schema` and commit that.\n")
        else:
            (ROOT / file).unlink()
    return int(check and bool(left))


def _text(document: Mapping[str, Any]) -> str:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
