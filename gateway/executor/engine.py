"""The federation engine: one supergraph, one entry to prepare a request and one to execute it.

    prepared = engine.prepare(query, operation_name, variables)
    answer = await engine.execute(prepared, headers=headers, scope_key=scope, removed=refused, errors=refusals)

Subscriptions are prepared alike, and then listened to: see `engine.subscriptions`.

Between the two, whoever decides what may be asked reads `prepared.fields` and `engine.supergraph.field_directives`,
and hands over the ids of the fields to remove with the errors that say why.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import random
from typing import Any, Final

import structlog
from graphql import VariableValues

from chassis.transport import Transport
from gateway.executor.answer import Answer
from gateway.executor.fetches import Run
from gateway.executor.plans import Plans, ReadyPlan
from gateway.executor.problems import FailureCode, Problems
from gateway.executor.refusals import located
from gateway.executor.subgraphs import Asking, HeadersFor, Subgraphs, no_headers
from gateway.executor.subscriptions import Subscriptions
from gateway.operation import OPEN_LIMITS, Documents, OperationLimits, Prepared, Weights
from gateway.planner import BUDGET, PlanningError
from gateway.supergraph import Rollout, Supergraph, read_rollout

_WHOLE: Final = 100.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of the engine; times in seconds. Without `share_fetches` equal fetches are all sent."""

    request_seconds: float = 30.0
    fetch_seconds: float = 10.0
    operation: OperationLimits = OPEN_LIMITS
    planning_budget: int = BUDGET
    documents_remembered: int = 1_000
    plans_remembered: int = 1_000
    share_fetches: bool = True


class Engine:
    def __init__(
        self,
        supergraph_sdl: str,
        transport: Transport,
        addresses: Mapping[str, str] | None = None,
        *,
        limits: Limits | None = None,
        labels: frozenset[str] = frozenset(),
        draw: Callable[[], float] = random,
    ) -> None:
        """Raises SupergraphError.

        Args:
            supergraph_sdl: the composed schema.
            transport: carries fetches to the subgraphs.
            addresses: URLs by subgraph name, before those of the supergraph.
            limits: bounds of the engine.
            labels: the override labels that are on.
            draw: a number from 0 to 1 for each request, by which percentages of overrides are decided.
        """
        self._rollout: Rollout = read_rollout(supergraph_sdl, labels)
        self._draw = draw
        self.supergraph: Supergraph = self._rollout.variants[-1]
        self.limits = limits or Limits()
        given = addresses or {}
        urls = {graph.id: given.get(graph.name, graph.url) for graph in self.supergraph.graphs.values()}
        self._documents = Documents(
            self.supergraph.public,
            remembered=self.limits.documents_remembered,
            limits=self.limits.operation,
            weights=Weights.of(self.supergraph),
        )
        self._plans = Plans(
            self._rollout.variants, urls, remembered=self.limits.plans_remembered, budget=self.limits.planning_budget
        )
        self._subgraphs = Subgraphs(transport, fetch_seconds=self.limits.fetch_seconds)
        self.subscriptions = Subscriptions(
            self._plans,
            self._subgraphs,
            transport,
            fetch_seconds=self.limits.fetch_seconds,
            event_seconds=self.limits.request_seconds,
            share_fetches=self.limits.share_fetches,
        )

    def prepare(
        self, query: str, operation_name: str | None = None, variables: Mapping[str, Any] | None = None
    ) -> Prepared:
        """Parse, validate, choose the operation, coerce the variables, draw a variant. Raises RequestErrors."""
        prepared = self._documents.prepare(query, operation_name, variables)
        if self._rollout.is_whole:
            return prepared
        return replace(prepared, variant=self._rollout.variant_of(_WHOLE * self._draw()))

    async def plan(self, prepared: Prepared, removed: frozenset[int] = frozenset()) -> ReadyPlan:
        """The plan that `execute` would run, now made or remembered. Raises PlanningError."""
        return await self._plans.get(prepared, removed)

    async def warm(self, query: str, name: str | None, decided: tuple[bool, ...], removed: frozenset[int]) -> None:
        """Make the plans of a request that is expected: its document, condition booleans and removed fields.

        Raises RequestErrors and PlanningError where this supergraph has no such plan.
        """
        operation = self._documents.operation(query, name)
        for variant in range(len(self._rollout.variants)):
            await self._plans.get(Prepared(operation, decided, VariableValues({}, {}), variant=variant), removed)

    async def execute(
        self,
        prepared: Prepared,
        *,
        headers: Mapping[str, str] | None = None,
        headers_for: HeadersFor = no_headers,
        scope_key: str | None = None,
        deadline: float | None = None,
        removed: frozenset[int] = frozenset(),
        errors: Sequence[Mapping[str, Any]] = (),
    ) -> Answer:
        """Answer the request.

        Args:
            prepared: from `prepare` of this engine.
            headers: sent with every fetch.
            headers_for: gives those to send besides, for the name of a subgraph.
            scope_key: who may share the answers of identical fetches in flight; nobody if None.
            deadline: end of the request, on the clock of the event loop; `limits.request_seconds` from now if None.
            removed: ids of fields (`FieldUse.id`) that are not fetched, but answered null where they stand.
            errors: errors that say why, told before those of the execution; in their paths `@` are the items of a list.
        """
        try:
            ready = await self._plans.get(prepared, removed)
        except PlanningError as error:
            _log.warning("planning_failed", operation=prepared.operation.name, reason=str(error))
            return Answer(None, (*located(errors, None), _planning_failed(str(error))))
        if ready.source is not None:
            return Answer(None, (_planning_failed("A subscription is not executed, but listened to."),))
        sharing = scope_key if self.limits.share_fetches else None
        until = self._default_deadline() if deadline is None else deadline
        asking = Asking(headers or {}, until, sharing, headers_for)
        run = Run(Problems(ready.projection.client_paths), asking, prepared.variables)
        run.data.update(ready.introspect(prepared.variables))
        await ready.schedule.run(self._subgraphs, run)
        data = ready.projection.project(run.data, run.problems)
        return Answer(data, (*located(errors, data), *run.problems.told_in(data)))

    def _default_deadline(self) -> float:
        return asyncio.get_running_loop().time() + self.limits.request_seconds


def _planning_failed(reason: str) -> dict[str, Any]:
    return {"message": reason, "extensions": {"code": FailureCode.PLANNING_FAILED}}
