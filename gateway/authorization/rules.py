"""Which fields need which permission: read from the directives of the supergraph, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.supergraph import Supergraph

COMPANY_SCOPE = "companyScope"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """The permission a field needs, and the path of the argument that names companies, if it has one."""

    permission: str
    argument: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules by (type, field)."""

    fields: Mapping[tuple[str, str], FieldRule]

    @classmethod
    def of(cls, supergraph: Supergraph) -> "Rules":
        return cls(
            {
                place: _rule(directive.arguments)
                for place, applied in supergraph.field_directives.items()
                for directive in applied
                if directive.name == COMPANY_SCOPE
            }
        )


def _rule(arguments: Mapping[str, Any]) -> FieldRule:
    argument = arguments.get("argument")
    return FieldRule(arguments["permission"], tuple(argument.split(".")) if argument else ())
