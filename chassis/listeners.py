"""Who listens to a service: a small file beside its code, made from the code of all services by `make schema`.

The service itself knows none of them. It needs the list for one thing only: to make their queues before it publishes,
so that an event is not lost because its listener has not run yet.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import orjson

from chassis.broker import Sharing, Subscription

_READABLE = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def to_json(subscriptions: Collection[Subscription]) -> str:
    """The file for the service that is the source of all of these."""
    groups = {each.group: {"sharing": each.sharing, "types": sorted(each.types)} for each in subscriptions}
    return orjson.dumps(dict(sorted(groups.items())), option=_READABLE).decode()


def read_listeners(file: Path, source: str) -> list[Subscription]:
    """Raises OSError, or ValueError for a file that `to_json` has not made."""
    groups: Mapping[str, Any] = orjson.loads(file.read_bytes())
    return [
        Subscription(group=group, source=source, types=frozenset(told["types"]), sharing=Sharing(told["sharing"]))
        for group, told in groups.items()
    ]
