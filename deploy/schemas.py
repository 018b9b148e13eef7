"""Each service's schema as a committed file, generated from its code.

python -m deploy.schemas            writes services/<service>/graphql/schema.graphql
python -m deploy.schemas --check    fails with the differences when one is not current
"""

import subprocess
import sys
from pathlib import Path

from deploy.generated import ROOT, write_or_check


class SchemaError(Exception):
    """A service cannot say its schema; the text is what it said instead."""


def schemas(root: Path = ROOT) -> dict[Path, str]:
    """SDL by file, of every service below `root` that can be run. Raises SchemaError."""
    services = sorted(file.parent.name for file in root.glob("services/*/__main__.py"))
    running = {service: _ask(service, root) for service in services}  # all at once: each takes a second to load.
    return {
        Path(f"services/{service}/graphql/schema.graphql"): _answer(service, running[service]) for service in running
    }


def _ask(service: str, root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own service.
        [sys.executable, "-m", f"services.{service}", "schema"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _answer(service: str, process: subprocess.Popen[str]) -> str:
    sdl, complaint = process.communicate()
    if process.returncode:
        raise SchemaError(f"services.{service} schema failed:\n{complaint}")
    return sdl


def main(arguments: list[str]) -> int:
    """The exit status: 0 when all is well."""
    try:
        return write_or_check(schemas(), check="--check" in arguments)
    except SchemaError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
