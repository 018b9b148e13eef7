"""What the endpoint of the graph counts, and tells the trace of each operation."""

from time import perf_counter
from typing import Final

from chassis.metrics import Counter, Gauge, Histogram
from chassis.tracing import trace
from gateway.executor import Answer, EndCode, Ended
from gateway.http.call import Call

OPERATIONS: Final = Histogram(
    "graphql_operation_duration_seconds",
    "Operations, from the head of the request to the answer; of subscriptions each event, once it is told.",
    ("operation_type", "outcome"),
)
DENIED: Final = Counter("authz_denied_total", "Fields that were refused, and requests without a sign-in.", ("reason",))
LISTENERS: Final = Gauge("subscription_clients", "Subscriptions that run now.")
DROPPED: Final = Counter("subscription_dropped_total", "Subscriptions that were ended or not begun.", ("reason",))
STUCK: Final = "LISTENER_STUCK"
_OF_SUBGRAPH: Final = "SUBGRAPH"
_CODES: Final = frozenset(code.value for code in EndCode)
_UNAVAILABLE: Final = 503
_BUG: Final = 500

LISTENERS.set(0)


def answered(call: Call, answer: Answer) -> None:
    """The only answer there is to an operation; those of subscriptions are observed where they are made."""
    seen = call.observed
    if seen.kind != "subscription":
        observe(seen.kind, seen.began, answer)


def observe(kind: str, began: float, answer: Answer) -> None:
    """`began` as `perf_counter` told it."""
    _observe(kind, began, _outcome(answer))


def not_executed(call: Call, status: int) -> None:
    """`status` is that of the failure by HTTP, whatever way it goes."""
    seen = call.observed
    _observe(seen.kind, seen.began, {_UNAVAILABLE: "unavailable", _BUG: "bug"}.get(status, "rejected"))


def dropped(why: Ended) -> None:
    """Codes that a subgraph made up are not told apart: there is no end of them."""
    for error in why.errors[:1]:
        code = error["extensions"].get("code")
        DROPPED.add(code if code in _CODES else _OF_SUBGRAPH)


def _observe(kind: str, began: float, outcome: str) -> None:
    OPERATIONS.observe(perf_counter() - began, kind, outcome)
    if trace.tracer is not None:
        trace.describe(kind, {"graphql.operation.type": kind, "outcome": outcome})


def _outcome(answer: Answer) -> str:
    if not answer.errors:
        return "ok"
    return "failed" if answer.data is None else "partial"
