"""`python -m deploy.local.rabbitmq`: gets RabbitMQ when it is not here. Says what it does, and nothing otherwise."""

import sys

from deploy.local.errors import CannotStart
from deploy.local.rabbitmq.packages import ensure


def main() -> int:
    """The exit code."""
    try:
        ensure(lambda what: print(f"· {what}", flush=True))  # noqa: T201 - for the person at the terminal.
    except CannotStart as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
