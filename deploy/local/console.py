"""What the person at the terminal reads: progress while the registry starts, then where it is and how to sign in."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from deploy.local.demo import Demo

_IN_LINE = 6
_QUERY = "{ incidents(first: 3) { totalCount nodes { reference title company { name } status { name } } } }"


@contextmanager
def step(what: str) -> Iterator[None]:
    """Says what is being done, and then how long it took."""
    began = time.monotonic()
    _say(f"  {what} …", end="")
    try:
        yield
    except BaseException:
        _say("")
        raise
    _say(f" {time.monotonic() - began:.1f} s")


def ready(
    url: str, demo: Demo, data: str, mail: str, *, processes: Sequence[str] = (), metrics: str | None = None
) -> None:
    """The one block that tells all; a first query to copy. `processes` are those of a stack, each with its metrics."""
    key = demo.sign_ins[1].api_key
    lines = [
        "",
        "The incident registry is ready.",
        "",
        f"  Start page   {url}/",
        f"  Graph        {url}/graphql   (open it in a browser to write queries)",
        f"  Data         {data}   (kept until you delete it; sign-ins and API keys are in demo.json there)",
        f"  Mail         {mail}   (what was sent, to look at; none of it leaves this machine)",
        *([f"  Metrics      {metrics}   (for Prometheus, from this machine only)"] if metrics else []),
        *_processes(processes),
        "",
        "  Sign in as",
        *(f"    {user['email']:<22} {user['password']}   {_rights(user)}" for user in demo.users),
        "",
        "  A first query",
        f"    curl -s {url}/graphql -H 'Authorization: Bearer {key}' \\",
        "      -H 'Content-Type: application/json' \\",
        f'      -d \'{{"query": "{_QUERY}"}}\'',
        "",
        "  Ctrl-C stops everything.",
    ]
    _say("\n".join(lines))


def _processes(names: Sequence[str]) -> Iterator[str]:
    """A few on each line; their logs are where the data is."""
    for begin in range(0, len(names), _IN_LINE):
        title = "" if begin else "Processes"
        yield f"  {title:<12} {', '.join(names[begin : begin + _IN_LINE])}"
    if names:
        yield f"  {'Logs':<12} processes/<name>.log there; `make logs` follows all of them"


def _rights(user: dict[str, Any]) -> str:
    if user["everyCompany"]:
        return "every company"
    return ", ".join(user["companies"]) or "no company"


def _say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()
