"""Which fields need which permission, scope or policy: read from the directives of the supergraph, once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, get_named_type

from gateway.authorization.requirements import Requirements
from gateway.supergraph import AppliedDirective, Supergraph, SupergraphError

COMPANY_SCOPE: Final = "companyScope"
_Place: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FieldRule:
    """The permission a field needs, and the path of the argument that names companies, if it has one."""

    permission: str
    argument: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules on companies by (type, field), all of which hold, and what federation's own directives demand."""

    fields: Mapping[_Place, tuple[FieldRule, ...]]
    requirements: Requirements

    @classmethod
    def of(cls, supergraph: Supergraph) -> "Rules":
        """Raises SupergraphError for a rule that cannot be kept: a gateway that overlooks one must not run."""
        own = {place: _rules(applied) for place, applied in supergraph.field_directives.items()}
        for (type_name, field), rules in own.items():
            for rule in rules:
                _check_argument(supergraph, type_name, field, rule)
        places = {(name, field) for name, joined in supergraph.types.items() for field in joined.fields}
        found = {place: tuple(dict.fromkeys(_inherited(place, own, supergraph))) for place in places}
        return cls({place: rules for place, rules in found.items() if rules}, Requirements.of(supergraph))


def _rules(applied: Iterable[AppliedDirective]) -> tuple[FieldRule, ...]:
    return tuple(_rule(directive.arguments) for directive in applied if directive.name == COMPANY_SCOPE)


def _rule(arguments: Mapping[str, Any]) -> FieldRule:
    argument = arguments.get("argument")
    return FieldRule(arguments["permission"], tuple(argument.split(".")) if argument else ())


def _inherited(
    place: _Place, own: Mapping[_Place, tuple[FieldRule, ...]], supergraph: Supergraph
) -> Iterator[FieldRule]:
    """Whoever asks an interface's field asks that of every type behind it, and the other way round."""
    type_name, field = place
    behind = supergraph.possible.get(type_name, ())
    for name in (type_name, *behind, *sorted(supergraph.types[type_name].interfaces)):
        yield from own.get((name, field), ())


def _check_argument(supergraph: Supergraph, type_name: str, field: str, rule: FieldRule) -> None:
    """A rule whose argument is not there would let everything pass."""
    parent = supergraph.public.type_map.get(type_name)
    if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) or field not in parent.fields:
        return  # nobody can ask what is @inaccessible
    known: Mapping[str, Any] = parent.fields[field].args
    for name in rule.argument:
        if name not in known:
            path = ".".join(rule.argument)
            raise SupergraphError(f"{type_name}.{field} has no argument {path}, which its @{COMPANY_SCOPE} names")
        inner = get_named_type(known[name].type)
        known = inner.fields if isinstance(inner, GraphQLInputObjectType) else {}
