"""Reading which new values an input gives."""

from collections.abc import Collection
from typing import Any

from chassis.graphql.inputs import given


def new_values(source: object, *, kept: Collection[str], removable: Collection[str] = ()) -> dict[str, Any]:
    """The fields that were written; null leaves one of `kept` as it is, and takes one of `removable` away."""
    return {
        name: value
        for name, value in given(source).items()
        if name in removable or (name in kept and value is not None)
    }
