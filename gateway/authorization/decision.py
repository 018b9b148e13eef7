"""What of an operation its caller may ask.

A field whose permission the caller holds nowhere, or whose arguments name a company outside the caller's scope for
it, is not fetched and answered null. An absent company and somebody else's are refused with the same words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import GraphQLError, VariableValues

from chassis.access import Actor, Companies, within
from gateway.authorization.rules import FieldRule, Rules
from gateway.operation import FieldUse, Prepared


@dataclass(frozen=True, slots=True)
class Decision:
    """Ids of the field uses that are refused, and an error for each place."""

    removed: frozenset[int] = frozenset()
    errors: tuple[Mapping[str, Any], ...] = ()


def decide(prepared: Prepared, rules: Rules, actor: Actor) -> Decision:
    removed: set[int] = set()
    errors: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for use in prepared.fields:
        for rule in rules.fields.get((use.type_name, use.field_name), ()):
            error = _refusal(use, rule, prepared.values, actor)
            if error is not None:
                removed.add(use.id)
                errors.setdefault(use.path, error)
    return Decision(frozenset(removed), tuple(errors.values()))


def _refusal(use: FieldUse, rule: FieldRule, values: VariableValues, actor: Actor) -> Mapping[str, Any] | None:
    companies = actor.companies(rule.permission)
    if not companies:
        text = f"This needs the permission {rule.permission}; ask an administrator of your company."
        return _error(use, "UNAUTHORIZED_FIELD_OR_TYPE", text)
    if not rule.argument:
        return None
    try:
        named = list(_named(use.arguments(values), rule.argument))
    except GraphQLError as error:  # such as null in a variable that had a default
        return _error(use, "BAD_USER_INPUT", error.message)
    if not all(_is_within(name, companies) for name in named):
        return _error(use, "COMPANY_NOT_FOUND", "A company named here was not found, or not within your rights.")
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
    return {"message": message, "path": [part for part in use.path if part != "@"], "extensions": {"code": code}}
