"""What the execution of operations counts."""

from typing import Final

from chassis.metrics import Counter, Histogram

FETCHES: Final = Histogram(
    "subgraph_request_duration_seconds",
    "Requests to subgraphs: `ok`, `status` (another than 200) or `fault` (no answer).",
    ("subgraph", "outcome"),
)
PLANS: Final = Counter(
    "plan_cache_total", "Plans looked for: `hit`, `miss`, or `wait` for one that is being made.", ("result",)
)
