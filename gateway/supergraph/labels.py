"""Progressive overrides: fields that move from one graph to another for a part of the requests.

`@override(from: "a", label: "percent(25)")` holds for a quarter of the requests, any other label where the settings
turn it on. One share from 0 to 100 is drawn for each request, so that few variants of a supergraph serve all of them:

    share drawn                below 5                    from 5 below 25    from 25
    labels that hold           percent(5), percent(25)    percent(25)        none of these
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from gateway.supergraph.features import applied
from gateway.supergraph.model import SupergraphError

_PERCENT: Final = re.compile(r"percent\((\d{1,3}(?:\.\d{1,8})?)\)")
_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_\-:./]*")
_ALL: Final = 100.0


def override_labels(definitions: Iterable[Any]) -> frozenset[str]:
    """Those of all fields. Raises SupergraphError when one is neither a name nor a percentage."""
    labels = frozenset(
        join["overrideLabel"]
        for node in definitions
        for field in getattr(node, "fields", None) or ()
        for join in applied(field, "join__field")
        if join.get("overrideLabel")
    )
    for label in sorted(labels):
        _check(label)
    return labels


def percentage(label: str) -> float | None:
    """25.0 of `percent(25)`, None of a name."""
    found = _PERCENT.fullmatch(label)
    return None if found is None else float(found[1])


def _check(label: str) -> None:
    percent = percentage(label)
    usable = _NAME.fullmatch(label) if percent is None else percent <= _ALL
    if not usable:
        raise SupergraphError(f"the override label '{label}' is neither a name nor percent(0) to percent(100)")
