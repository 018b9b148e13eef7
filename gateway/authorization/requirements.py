"""What `@authenticated`, `@requiresScopes` and `@policy` of the supergraph demand, for each field and each type."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from chassis.access import Actor
from gateway.supergraph import AppliedDirective, Kind, Supergraph, SupergraphError

Alternatives: TypeAlias = frozenset[frozenset[str]]
_ARGUMENTS: Final = {"requiresScopes": "scopes", "policy": "policies"}
_Place: TypeAlias = tuple[str, str]


class Policies(Protocol):
    """Decides the policies that the supergraph names."""

    def allows(self, policy: str, actor: Actor) -> bool: ...


class NoPolicies:
    """Nobody has said what any policy means, so none allows anything."""

    def allows(self, policy: str, actor: Actor) -> bool:
        del policy, actor
        return False


@dataclass(frozen=True, slots=True)
class Requirement:
    """All of it must be met. Of each member of `scopes` and `policies` one set is enough, but that set whole.

    Two demands of one kind are kept side by side, which says the same as their product and cannot explode.
    """

    authenticated: bool = False
    scopes: frozenset[Alternatives] = frozenset()
    policies: frozenset[Alternatives] = frozenset()

    def __bool__(self) -> bool:
        return self.authenticated or bool(self.scopes) or bool(self.policies)

    def __and__(self, other: "Requirement") -> "Requirement":
        return Requirement(
            self.authenticated or other.authenticated, self.scopes | other.scopes, self.policies | other.policies
        )

    def missing(self, actor: Actor | None, policies: Policies) -> str | None:
        """What to do about it, in words; None where it is met. Nobody has signed in as `actor` None."""
        if not self:
            return None
        if actor is None:
            return "Sign in to ask for this."
        for wanted in self.scopes:
            if not any(all(map(actor.holds, each)) for each in wanted):
                return f"This needs the scopes {_in_words(wanted)}; ask an administrator of your company."
        for wanted in self.policies:
            if not any(all(policies.allows(name, actor) for name in each) for each in wanted):
                return f"This needs a policy to allow it: {_in_words(wanted)}."
        return None


NOTHING: Final = Requirement()


@dataclass(frozen=True, slots=True)
class Requirements:
    """Those of fields hold their type's, their own and their output type's; what demands nothing is not listed."""

    fields: Mapping[_Place, Requirement]
    types: Mapping[str, Requirement]

    @classmethod
    def of(cls, supergraph: Supergraph) -> "Requirements":
        """Raises SupergraphError for a directive whose meaning is not clear."""
        types = {name: _read(name, applied) for name, applied in supergraph.type_directives.items()}
        reading = _Reading(supergraph, types)
        places = ((name, field) for name, joined in supergraph.types.items() for field in joined.fields)
        fields = {place: reading.field(*place) for place in places}
        return cls(
            {place: found for place, found in fields.items() if found},
            {name: found for name, found in types.items() if found},
        )


class _Reading:
    def __init__(self, supergraph: Supergraph, types: Mapping[str, Requirement]) -> None:
        self._supergraph = supergraph
        self._types = types
        self._own = {place: _read(".".join(place), applied) for place, applied in supergraph.field_directives.items()}

    def field(self, type_name: str, name: str) -> Requirement:
        """Who asks a field of an interface asks it of every type behind it."""
        found = self._alone(type_name, name)
        kind = self._supergraph.types[type_name].kind
        others = self._supergraph.possible.get(type_name, ()) if kind is Kind.INTERFACE else ()
        for other in others:
            found &= self._alone(other, name)
        return found

    def _alone(self, type_name: str, name: str) -> Requirement:
        joined = self._supergraph.types[type_name].fields.get(name)
        output = self._types.get(joined.named, NOTHING) if joined is not None else NOTHING
        own = self._types.get(type_name, NOTHING) & self._own.get((type_name, name), NOTHING) & output
        for interface in self._given_by(type_name, name):
            own &= self._own.get((interface, name), NOTHING)
        return own

    def _given_by(self, type_name: str, name: str) -> Iterator[str]:
        """The interfaces that give the field to the type: a graph has it on an interface object, which stands for all.

        Other interfaces demand nothing of their types: a composer may have written on them what all types together
        demand.
        """
        for interface in self._supergraph.types[type_name].interfaces:
            table = self._supergraph.types.get(interface)
            field = table.fields.get(name) if table is not None else None
            if table is not None and field is not None and table.interface_object_in & field.resolvers.keys():
                yield interface


def _read(where: str, applied: Iterable[AppliedDirective]) -> Requirement:
    found = NOTHING
    for directive in applied:
        if directive.name == "authenticated":
            found &= Requirement(authenticated=True)
        elif directive.name == "requiresScopes":
            found &= Requirement(authenticated=True, scopes=_alternatives(where, directive))
        elif directive.name == "policy":
            found &= Requirement(policies=_alternatives(where, directive))
    return found


def _alternatives(where: str, directive: AppliedDirective) -> frozenset[Alternatives]:
    """An empty list could mean that all may ask, or nobody: neither is guessed."""
    given: Any = directive.arguments.get(_ARGUMENTS[directive.name])
    lists = isinstance(given, list) and all(isinstance(each, list) for each in given)
    if not lists or not given or not all(given) or not all(isinstance(name, str) for each in given for name in each):
        raise SupergraphError(f"@{directive.name} of {where} must list at least one name in each of its lists")
    return frozenset({frozenset(frozenset(each) for each in given)})


def _in_words(wanted: Alternatives) -> str:
    return ", or ".join(sorted(" and ".join(sorted(each)) for each in wanted))
