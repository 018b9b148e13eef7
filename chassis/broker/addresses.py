"""Where the broker is: the address of a node, or those of all nodes of a cluster with commas between them."""

import re
from typing import Final

# Only where a new address begins: a password may have a comma in it.
_BETWEEN: Final = re.compile(r"\s*,\s*(?=amqps?://)")


def split_addresses(given: str) -> list[str]:
    """One address for each node, as many as there are."""
    return _BETWEEN.split(given.strip())
