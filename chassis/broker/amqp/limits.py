"""How long the adapter waits, and how much it takes at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Times are in seconds.

    All processes of a group need the same `tries`, which is written into the queues, and the same `prefetch`: what one
    gives back, the next has to take whole, or it comes in another order.
    """

    answer: float = 5.0  # for the broker to answer one question, or to take a connection
    declare: float = 15.0  # for it to make a queue, on several machines
    publish: float = 5.0  # for it to confirm a batch
    leave: float = 1.0  # for it to say goodbye, when it is not needed any more
    vanish: float = 1.0  # for a deleted queue to be gone: made anew while it goes, it may never work again
    look: float = 3.0  # between two looks at whether it still answers, and whether the lanes are fairly shared
    heartbeat: int = 10
    longest_pause: float = 5.0  # between two attempts, with jitter
    # A handler's faults are waited for so long, then its messages go back to the queue, which counts that. By default
    # RabbitMQ takes them away after half an hour, and 4.3.0 to 4.3.5 may never deliver again from a queue that had to.
    hold: float = 25 * 60
    stop: float = 5.0  # for a handler to finish when we end
    prefetch: int = 256  # messages of one subscription that wait in this process
    batch: int = 64  # events of one call of a handler
    tries: int = 20  # of one message, before it is parked


DEFAULT = Limits()
