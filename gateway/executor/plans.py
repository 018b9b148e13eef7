"""Plans made ready to run, remembered, and each made by one planner at a time."""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graphql import DocumentNode, execute_sync

from chassis.tracing import trace
from gateway.executor.fetches import Fetch
from gateway.executor.metrics import PLANS
from gateway.executor.projection import Projection
from gateway.executor.schedule import Schedule
from gateway.operation import TOKENS_EACH, Lru, Prepared
from gateway.planner import Plan, Request, plan_operation
from gateway.supergraph import Supergraph


class ReadyPlan:
    """A plan with everything compiled that can be before a request comes.

    `source` is what a subscription asks its subgraph to tell; `schedule` is run for each event then.
    """

    def __init__(self, supergraph: Supergraph, addresses: Mapping[str, str], plan: Plan) -> None:
        self.plan = plan
        self.projection = Projection(supergraph, plan.root_type, plan.selection)
        self.source = _source(plan, addresses)
        requests = plan.requests if self.source is None else _after(self.source, plan.requests)
        self.schedule = Schedule(tuple(Fetch(request, addresses[request.graph]) for request in requests))
        self._schema = supergraph.public
        self._introspected: dict[str, Any] | None = None

    def introspect(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """What the operation asks about the public schema; worked out once where no variable can change it."""
        document = self.plan.introspection
        if document is None:
            return {}
        if variables:
            return self._introspect(document, variables)
        if self._introspected is None:
            self._introspected = self._introspect(document, variables)
        return self._introspected

    def _introspect(self, document: DocumentNode, variables: Mapping[str, Any]) -> dict[str, Any]:
        return execute_sync(self._schema, document, variable_values=dict(variables)).data or {}


class Plans:
    """At most `remembered` plans, by operation, conditions, variant of the supergraph and removed fields."""

    def __init__(
        self, variants: Sequence[Supergraph], addresses: Mapping[str, str], *, remembered: int, budget: int
    ) -> None:
        self._variants = variants
        self._addresses = addresses
        self._budget = budget
        self._ready: Lru[Hashable, ReadyPlan] = Lru(remembered, remembered * TOKENS_EACH)
        self._making: dict[Hashable, asyncio.Task[ReadyPlan]] = {}

    async def get(self, prepared: Prepared, removed: frozenset[int]) -> ReadyPlan:
        """Raises PlanningError. Planning runs in a thread, because a first plan may take many milliseconds."""
        key = (prepared.operation, prepared.decided, prepared.variant, removed)
        ready = self._ready.get(key)
        if ready is not None:
            PLANS.add("hit")
            return ready
        task = self._making.get(key)
        PLANS.add("miss" if task is None else "wait")
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(key, prepared, removed))
            task.add_done_callback(lambda done: self._made(key, done))
        return await asyncio.shield(task)

    async def _make(self, key: Hashable, prepared: Prepared, removed: frozenset[int]) -> ReadyPlan:
        with trace.step("plan"):
            ready = await asyncio.to_thread(self._plan, prepared, removed)
        return self._ready.put(key, ready, prepared.operation.tokens)

    def _plan(self, prepared: Prepared, removed: frozenset[int]) -> ReadyPlan:
        supergraph = self._variants[prepared.variant]
        plan = plan_operation(supergraph, prepared.operation, prepared.decided, removed, self._budget)
        return ReadyPlan(supergraph, self._addresses, plan)

    def _made(self, key: Hashable, done: asyncio.Task[ReadyPlan]) -> None:
        del self._making[key]
        if not done.cancelled():
            done.exception()


def _source(plan: Plan, addresses: Mapping[str, str]) -> Fetch | None:
    sources = [request for request in plan.requests if request.operation == "subscription"]
    return Fetch(sources[0], addresses[sources[0].graph]) if sources else None


def _after(source: Fetch, requests: Sequence[Request]) -> list[Request]:
    """What is left to ask when the source has told something."""
    number = source.request.number
    return [
        replace(request, after=tuple(before for before in request.after if before != number))
        for request in requests
        if request.number != number
    ]
