"""Which graphs could answer a field at a position, best first."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.planner.drafts import Position, Reached, Standing
from gateway.planner.leaves import Leaves
from gateway.planner.reach import Reach
from gateway.supergraph import Kind, Resolver, Selected, SelectionSet, Supergraph

_PER_LEAF = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A field to be answered at a position under a response key; `named` is its named type."""

    position: Position
    type_name: str
    key: str
    field: Selected
    named: str
    is_composite: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A graph that can answer the field; `complete` if it leads to everything selected below.

    `below` is how it would stand on what the field gives. The lower the rank the better: complete, already standing
    here, no @requires, few leaves below that it must leave to others, not entered by this very field; of those standing
    here one that is asked the field already, of those to be entered one that answers many of the sibling fields; then
    the nearest.
    """

    reached: Reached
    resolver: Resolver
    below: Standing
    complete: bool
    rank: tuple[bool, int, int, int]

    @property
    def graph(self) -> str:
        return self.reached.graph


class Candidates:
    def __init__(self, supergraph: Supergraph, reach: Reach) -> None:
        self._supergraph = supergraph
        self._reach = reach
        self._leaves = Leaves(supergraph, reach)
        self._roots = frozenset(supergraph.roots.values())

    def ranked(self, asked: Asked) -> list[Candidate]:
        standing = asked.position.standing()
        reached = self._reach.closure(asked.type_name, standing)
        found = list(self._find(asked, standing, reached))
        if len({candidate.graph for candidate in found}) > 1 and self._is_ambiguous(asked):
            found = [candidate for candidate in found if candidate.complete or self._knows_all(asked, candidate)]
        return sorted(found, key=lambda candidate: candidate.rank)

    def _find(self, asked: Asked, standing: tuple[Standing, ...], reached: tuple[Reached, ...]) -> Iterator[Candidate]:
        for order, at in enumerate(reached):
            answer = self._reach.direct(asked.type_name, asked.field.name, at.graph, at.view, at.interface)
            if answer is not None and self._can_require(asked, at.graph, answer[0], standing):
                yield self._candidate(asked, at, answer[0], answer[1], order)

    def _can_require(self, asked: Asked, graph: str, resolver: Resolver, standing: tuple[Standing, ...]) -> bool:
        if resolver.requires is None:
            return True
        if ("requires", asked.field.name, graph) in asked.position.busy:
            return False
        return self._reach.can_select(asked.type_name, standing, (resolver.requires,))

    def _candidate(
        self, asked: Asked, at: Reached, resolver: Resolver, view: SelectionSet | None, order: int
    ) -> Candidate:
        below = self._reach.below(asked.named, at.graph, resolver, view)
        selections = asked.field.selections
        complete = not asked.is_composite or self._reach.can_select(asked.named, (below,), selections)
        missing = 0
        if asked.is_composite and resolver.requires is None:
            missing = self._leaves.missing(asked.named, resolver, below, selections)
        slot = asked.position.slots.get(at.graph)
        detour = (slot is None) + 2 * (resolver.requires is not None) + (missing > 0)
        detour += slot is None and self._is_in_every_key(asked, at)
        saved = self._covered(asked, at) if slot is None else int(asked.key in slot.wire.fields)
        return Candidate(at, resolver, below, complete, (not complete, detour, missing * _PER_LEAF - saved, order))

    def _is_in_every_key(self, asked: Asked, at: Reached) -> bool:
        """Whether the way into the graph has the field answered already, so that entering spares nothing."""
        if asked.type_name in self._roots:
            return False
        keys = self._reach.keys(at.via, at.graph)
        return all(asked.field.name in self._reach.fields(asked.type_name, (key.selection,)) for key in keys)

    def _covered(self, asked: Asked, at: Reached) -> int:
        """How many of the fields wanted here the graph answers: worth knowing before it is entered.

        At the root it must be with all below them, for nothing but what it answers tells one graph from another.
        """
        standing = Standing(at.graph, at.view, at.interface)
        answers = self._leaves.answers if asked.type_name in self._roots else self._leaves.begins
        return sum(answers(asked.type_name, field, standing) for field in asked.position.wanted.values())

    def _is_ambiguous(self, asked: Asked) -> bool:
        """A shared interface field asked for different types of objects: graphs may answer different objects."""
        if not asked.is_composite or self._supergraph.types[asked.named].kind is not Kind.INTERFACE:
            return False
        return sum(bool(fields) for _, fields in self._own_fields(asked)) > 1

    def _own_fields(self, asked: Asked) -> list[tuple[str, list[Selected]]]:
        """Per implementer, the selected fields that the interface itself has."""
        own = self._supergraph.types[asked.named].fields
        return [
            (
                concrete,
                [
                    field
                    for field in self._reach.fields(concrete, asked.field.selections).values()
                    if field.name in own and not field.removed
                ],
            )
            for concrete in self._supergraph.possible[asked.named]
        ]

    def _knows_all(self, asked: Asked, candidate: Candidate) -> bool:
        """Then one graph must answer all of it, so that the answer does not depend on which graph is asked."""
        graph_type = self._reach.graph_type(asked.named, candidate.resolver)
        known = self._supergraph.concrete(graph_type, candidate.graph)
        return all(
            self._reach.direct(concrete, field.name, candidate.graph, candidate.below.view, None) is not None
            for concrete, fields in self._own_fields(asked)
            if concrete in known
            for field in fields
        )

    def alternatives(self, asked: Asked) -> tuple[tuple[Standing, ...], frozenset[str] | None]:
        """Every graph that could have answered the field, and for a union the members that all of them know."""
        position, found, known = asked.position, [], []
        for at in self._reach.closure(asked.type_name, position.alternatives or position.standing()):
            answer = self._reach.direct(asked.type_name, asked.field.name, at.graph, at.view, at.interface)
            if answer is not None:
                found.append(self._reach.below(asked.named, at.graph, *answer))
                known.append(self._supergraph.concrete(self._reach.graph_type(asked.named, answer[0]), at.graph))
        narrowed = self._supergraph.types[asked.named].kind is Kind.UNION and len(known) > 1
        return tuple(found), frozenset.intersection(*known) if narrowed else None
