"""The nodes to which one may connect, one after the other."""

import random
from collections import deque
from typing import Any

from aio_pika.connection import make_url
from yarl import URL

from chassis.broker.addresses import split_addresses


class Nodes:
    """Drawn in another order by everybody who connects, so that connections spread over a cluster.

    `given` is an address, or several with commas between them; `parameters` are added to each. Raises ValueError for
    what is no address.
    """

    def __init__(self, given: str, **parameters: Any) -> None:
        addresses = [make_url(address, **parameters) for address in split_addresses(given)]
        random.shuffle(addresses)
        self._addresses = deque(addresses)

    def __len__(self) -> int:
        return len(self._addresses)

    @property
    def next(self) -> URL:
        """The one whose turn it is."""
        return self._addresses[0]

    def pass_over(self) -> None:
        """It did not work: all others first."""
        self._addresses.rotate(-1)
