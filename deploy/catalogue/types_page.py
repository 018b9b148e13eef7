"""The types of events as a page of the documentation."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from deploy.catalogue.entries import Entry
from deploy.catalogue.rights import RIGHTS
from services.notifications.domain.public_events import Stream

PAGE: Final = Path("docs/event-types.md")
_HEAD: Final = """# Types of events

All that other systems may [follow](events.md), by the service that tells it. An installation shows the same with
examples and schemas, at `/events/docs`. This page is generated from the code by `make schema`.
"""


def types_page(catalogue: Sequence[Entry]) -> str:
    """`catalogue` is sorted by service."""
    parts = [_HEAD]
    for source, told in groupby(catalogue, lambda entry: entry.event.source):
        head = [f"## {source}\n", "| type | what happened | data | stream |", "|---|---|---|---|"]
        parts.append("\n".join([*head, *map(_row, told), ""]))
    rights = [f"| `{stream.value}` | {RIGHTS[stream]} |" for stream in Stream]
    parts.append("\n".join(["## Streams\n", "| stream | who may see it |", "|---|---|", *rights, ""]))
    return "\n".join(parts)


def _row(entry: Entry) -> str:
    fields = ", ".join(f"`{name}`" for name in entry.schema["properties"])
    told = entry.schema["description"].replace("\n\n", " ").replace("|", "\\|")
    return f"| `{entry.event.type}` | {told} | {fields} | {entry.event.stream.value} |"
