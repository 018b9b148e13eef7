"""The command `registry`: reads the arguments, runs the sub-command, turns problems into one line and an exit code."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from client.errors import CommandProblem
from client.importing import command as importing

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Answers the exit code; the console script hands it to the shell."""
    chosen = _parser().parse_args(arguments)
    code: int
    try:
        code = asyncio.run(chosen.run(chosen))
    except CommandProblem as problem:
        print(f"registry: {problem}", file=sys.stderr)  # noqa: T201 - the command's own voice.
        code = problem.exit_code
    except KeyboardInterrupt:
        print("registry: interrupted", file=sys.stderr)  # noqa: T201 - the command's own voice.
        code = _INTERRUPTED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="registry", description="Work with an incident registry from a terminal.")
    importing.add_parser(parser.add_subparsers(title="commands", metavar="COMMAND", required=True))
    return parser


if __name__ == "__main__":
    sys.exit(main())
