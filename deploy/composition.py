"""Composes the services' committed schemas into the supergraph that the gateway plans from.

python -m deploy.composition            writes gateway/supergraph.graphql
python -m deploy.composition --check    fails with the difference when that file is not current
"""

import sys
from pathlib import Path

from deploy.generated import ROOT, write_or_check
from gateway.composition import CompositionError, compose, registry_schemas

SUPERGRAPH = Path("gateway/supergraph.graphql")


def main(arguments: list[str]) -> int:
    """The exit status: 0 when all is well."""
    try:
        return write_or_check({SUPERGRAPH: compose(registry_schemas(ROOT))}, check="--check" in arguments)
    except CompositionError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
