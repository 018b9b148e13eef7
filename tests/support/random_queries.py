"""Random valid queries over a public schema: aliases, arguments, variables, fragments, conditions, `__typename`.

Drawn so that the smallest draws are the simplest queries, for hypothesis to shrink a failure to what matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    get_named_type,
    is_composite_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from tests.support.dice import Dice, Draw
from tests.support.random_items import Asked, Fragment, Item, Spot, allowed, measure, take, text
from tests.support.random_values import Known, Values, Variables
from tests.support.response_keys import Claim, Place

_DEPTH = 6
_FIELDS = 40
_TYPENAME = GraphQLField(GraphQLNonNull(GraphQLString))
_INTROSPECTION = ("__schema { queryType { name } }", '__type(name: "Query") { kind name }')


@dataclass(frozen=True, slots=True)
class RandomQuery:
    text: str
    variables: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.text}\nvariables {dict(self.variables)}"


@dataclass(slots=True)
class Drawing:
    """What has been drawn of one document so far."""

    schema: GraphQLSchema
    dice: Dice
    values: Values
    fragments: dict[str, Fragment] = field(default_factory=dict)
    fields: int = 0

    def selection(self, spot: Spot) -> tuple[Item, ...]:
        """At least one item."""
        items = [self._item(spot)]
        while self.fields < _FIELDS and (item := self.dice.maybe(60, lambda: self._item(spot))):
            items.append(item)
        return tuple(items)

    def _item(self, spot: Spot) -> Item:
        kind = self.dice.pick(("field",) * 13 + ("typename",) + ("inline",) * 3 + ("named",) * 2 + ("again",))
        if kind in {"inline", "named"} and len(spot.parents) < _DEPTH + 2:
            return self._fragment(spot, named=kind == "named")
        if kind == "again":
            fitting = [one for one in self.fragments.values() if self._fits(spot, one)]
            if fitting:
                return self._again(spot, self.dice.pick(fitting))
        fields = {} if kind == "typename" else self._fields(spot)
        name = self.dice.pick(list(fields)) if fields else "__typename"
        return self._field(spot, name, fields.get(name, _TYPENAME))

    def _fields(self, spot: Spot) -> dict[str, GraphQLField]:
        """Leaves first; nothing but leaves at the bottom."""
        if not isinstance(spot.type, GraphQLObjectType | GraphQLInterfaceType):
            return {}
        leaves = {name: one for name, one in spot.type.fields.items() if is_leaf_type(get_named_type(one.type))}
        deeper = len(spot.parents) < _DEPTH and self.fields < _FIELDS
        return {**leaves, **spot.type.fields} if deeper else leaves

    def _field(self, spot: Spot, name: str, declared: GraphQLField) -> Asked:
        self.fields += 1
        arguments = self.values.arguments(declared.args)
        claim = Claim(spot.parents, name, arguments, declared.type)
        key = self._key(spot, claim)
        place = spot.place.take(key, claim)
        conditions = self._conditions()
        named: Any = get_named_type(declared.type)
        below = self.selection(spot.below(place, named)) if is_composite_type(named) else ()
        return Asked(name, key, arguments, conditions, below, declared.type)

    def _key(self, spot: Spot, claim: Claim) -> str:
        """Its name, or an alias; the most interesting ones are names of others, and what the gateway would choose."""
        wanted = claim.name
        if self.dice.chance(20):
            others = [name for name in getattr(spot.type, "fields", ()) if name != claim.name]
            wanted = self.dice.pick(
                ["a", *others, *(f"_{name}" for name in others), *(f"_x0_{name}" for name in others)]
            )
        number, key = 0, wanted
        while not spot.place.allows(key, claim):
            number += 1
            key = f"{claim.name.lstrip('_')}_{number}"
        return key

    def _conditions(self) -> str:
        written = ""
        for name in ("skip", "include"):
            if self.dice.chance(6):
                written += f" @{name}(if: {self.values.condition()})"
        return written

    def _fragment(self, spot: Spot, *, named: bool) -> Fragment:
        condition = self._condition(spot, named=named)
        conditions = self._conditions()
        below = self.selection(spot.on(condition))
        if not named:
            return Fragment(None, condition, conditions, below)
        name = f"F{len(self.fragments) + 1}"
        self.fragments[name] = Fragment(name, condition, "", below)
        return Fragment(name, condition, conditions, below)

    def _condition(self, spot: Spot, *, named: bool) -> Any:
        """Any type that has objects in common with the one selected on."""
        mine = self._possible(spot.type)
        others = [
            one
            for one in self.schema.type_map.values()
            if is_composite_type(one) and not one.name.startswith("__") and mine & self._possible(one)
        ]
        first = [spot.type] if named else [None, spot.type]
        return self.dice.pick([*first, *(one for one in others if one is not spot.type)])

    def _possible(self, composite: Any) -> frozenset[str]:
        if isinstance(composite, GraphQLObjectType):
            return frozenset((composite.name,))
        return frozenset(one.name for one in self.schema.get_possible_types(composite))

    def _fits(self, spot: Spot, fragment: Fragment) -> bool:
        if not self._possible(spot.type) & self._possible(fragment.type):
            return False
        size, depth = measure(fragment.below)
        if self.fields + size > _FIELDS or len(spot.parents) + depth > _DEPTH + 1:
            return False
        return allowed(spot.on(fragment.type), fragment.below)

    def _again(self, spot: Spot, fragment: Fragment) -> Fragment:
        self.fields += measure(fragment.below)[0]
        take(spot.on(fragment.type), fragment.below)
        return Fragment(fragment.name, fragment.type, self._conditions(), fragment.below)


def queries(schema: GraphQLSchema, known: Known) -> st.SearchStrategy[RandomQuery]:
    """Queries valid for the schema; `known` are values of the data by field name, for arguments."""

    @st.composite
    def build(draw: Draw) -> RandomQuery:
        return draw_query(schema, known, Dice(draw))

    return build()


def draw_query(schema: GraphQLSchema, known: Known, dice: Dice) -> RandomQuery:
    variables = Variables()
    drawing = Drawing(schema, dice, Values(dice, known, variables))
    items = drawing.selection(Spot(Place(), (schema.query_type,)))
    extra = f" {dice.pick(_INTROSPECTION)}" if dice.chance(3) else ""
    declared = f"query ({', '.join(variables.declared.values())}) " if variables.declared else ""
    fragments = "".join(
        f" fragment {name} on {one.type.name} {{ {text(one.below)} }}" for name, one in drawing.fragments.items()
    )
    return RandomQuery(f"{declared}{{ {text(items)}{extra} }}{fragments}", variables.values)
