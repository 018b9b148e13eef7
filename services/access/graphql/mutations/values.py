"""What mutations share: reading which new values an input gives, and what is said of rights to keys."""

from collections.abc import Collection
from typing import Any, Final

from chassis.graphql.inputs import given

KEY_RIGHTS: Final = (
    "everybody for keys of their own; for those of somebody else access.manage, and every right that the user holds in "
    "whatever company. Nobody gets beyond the limits of the key they use."
)


def new_values(source: object, *, kept: Collection[str], removable: Collection[str] = ()) -> dict[str, Any]:
    """The fields that were written; null leaves one of `kept` as it is, and takes one of `removable` away."""
    return {
        name: value
        for name, value in given(source).items()
        if name in removable or (name in kept and value is not None)
    }
