"""Whether the process of a container says that it can do its work: 0 or 1, and what it says.

A script of its own for images (HEALTHCHECK), on Python's standard library alone: it starts every few seconds.
"""

import sys
from http.client import HTTPConnection, HTTPException

PORT = 8000
_READY = 200
# One that answers late tells what it waits for.
_PATIENCE_SECONDS = 6


def main(port: int = PORT) -> int:
    """The exit code. What is printed can be read with `docker inspect`."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        told = answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        sys.stdout.write(f"no answer: {error}\n")
        return 1
    finally:
        connection.close()
    sys.stdout.write(f"{told}\n")
    return int(answer.status != _READY)


if __name__ == "__main__":
    sys.exit(main())
