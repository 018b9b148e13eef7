"""What of an operation its caller may ask.

A field whose permission the caller holds nowhere, whose arguments name a company outside the caller's scope for it,
or that demands a scope or policy which the caller has not, is not fetched and answered null. An absent company and
somebody else's are refused with the same words. The scopes of a caller are the permissions held anywhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from graphql import GraphQLError, VariableValues

from chassis.access import Actor, Companies, within
from gateway.authorization.requirements import NOTHING, NoPolicies, Policies
from gateway.authorization.rules import FieldRule, Rules
from gateway.operation import FieldUse, Prepared

_UNAUTHORIZED: Final = "UNAUTHORIZED_FIELD_OR_TYPE"
_NO_POLICIES: Final = NoPolicies()
_Reason: TypeAlias = tuple[str, str]  # code and message


@dataclass(frozen=True, slots=True)
class Decision:
    """Ids of the field uses that are refused, and an error for each place, in whose path lists are `@`."""

    removed: frozenset[int] = frozenset()
    errors: tuple[Mapping[str, Any], ...] = ()


_ALL_ALLOWED: Final = Decision()


def decide(prepared: Prepared, rules: Rules, actor: Actor | None, policies: Policies = _NO_POLICIES) -> Decision:
    """`actor` is None where nobody has signed in."""
    refused: dict[int, _Reason] = {}
    for use in prepared.fields:
        reason = _demanded(use, rules, actor, policies) or _refusal(use, rules, prepared.values, actor)
        if reason is not None:
            refused.setdefault(use.id, reason)
    if not refused:
        return _ALL_ALLOWED
    errors: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for use in prepared.fields:
        if use.id in refused:
            errors.setdefault(use.path, _error(use, *refused[use.id]))
    return Decision(frozenset(refused), tuple(errors.values()))


def _demanded(use: FieldUse, rules: Rules, actor: Actor | None, policies: Policies) -> _Reason | None:
    """The fragments around have their types' demands; `__typename` alone is not a field and always allowed."""
    demands = rules.requirements
    if not demands.fields and not demands.types:
        return None
    found = demands.fields.get((use.type_name, use.field_name), NOTHING)
    for crossed in use.fragments:
        found &= demands.types.get(crossed, NOTHING)
    missing = found.missing(actor, policies)
    return None if missing is None else (_UNAUTHORIZED, missing)


def _refusal(use: FieldUse, rules: Rules, values: VariableValues, actor: Actor | None) -> _Reason | None:
    for rule in rules.fields.get((use.type_name, use.field_name), ()):
        reason = (_UNAUTHORIZED, "Sign in to ask for this.") if actor is None else _judge(use, rule, values, actor)
        if reason is not None:
            return reason
    return None


def _judge(use: FieldUse, rule: FieldRule, values: VariableValues, actor: Actor) -> _Reason | None:
    companies = actor.companies(rule.permission)
    if not companies:
        text = f"This needs the permission {rule.permission}; ask an administrator of your company."
        return _UNAUTHORIZED, text
    if not rule.argument:
        return None
    try:
        named = list(_named(use.arguments(values), rule.argument))
    except GraphQLError as error:  # such as null in a variable that had a default
        return "BAD_USER_INPUT", error.message
    if not all(_is_within(name, companies) for name in named):
        return "COMPANY_NOT_FOUND", "A company named here was not found, or not within your rights."
    return None


def _named(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """What stands at the end of the path, through lists; an argument that was not given, or is null, names nothing."""
    if isinstance(value, list):
        for item in value:
            yield from _named(item, path) if path or item is not None else (item,)
    elif path and isinstance(value, Mapping):
        yield from _named(value.get(path[0]), path[1:])
    elif value is not None:
        yield value


def _is_within(named: Any, companies: Companies) -> bool:
    try:
        return within(companies, UUID(str(named)))
    except ValueError:
        return False


def _error(use: FieldUse, code: str, message: str) -> Mapping[str, Any]:
    return {"message": message, "path": list(use.path), "extensions": {"code": code}}
