"""What of an operation its caller may ask.

A field whose permission the caller holds nowhere, or whose arguments name a company outside the caller's scope for
it, is not fetched and answered null. An absent company and somebody else's are refused with the same words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.access import Actor, Companies, within
from gateway.authorization.rules import FieldRule, Rules
from gateway.operation import Prepared
from gateway.operation.fields import FieldUse


@dataclass(frozen=True, slots=True)
class Decision:
    """Ids of the field uses that are refused, and an error for each place."""

    removed: frozenset[int] = frozenset()
    errors: tuple[Mapping[str, Any], ...] = ()


def decide(prepared: Prepared, rules: Rules, actor: Actor) -> Decision:
    refused = [
        (use, error)
        for use in prepared.fields
        if (rule := rules.fields.get((use.type_name, use.field_name))) is not None
        and (error := _refusal(use, rule, prepared, actor)) is not None
    ]
    return Decision(frozenset(use.id for use, _ in refused), tuple(error for _, error in refused))


def _refusal(use: FieldUse, rule: FieldRule, prepared: Prepared, actor: Actor) -> Mapping[str, Any] | None:
    companies = actor.companies(rule.permission)
    if not companies:
        return _error(use, "UNAUTHORIZED_FIELD_OR_TYPE", f"This needs the permission {rule.permission}.")
    if rule.argument and not all(
        _is_within(name, companies) for name in _named(use.arguments(prepared.values), rule.argument)
    ):
        return _error(use, "COMPANY_NOT_FOUND", "A company named here was not found, or not within your rights.")
    return None


def _named(value: Any, path: Iterable[str]) -> Iterator[Any]:
    """The ids at the end of the path; what was not given names nothing."""
    for name in path:
        if not isinstance(value, Mapping) or value.get(name) is None:
            return
        value = value[name]
    yield from value if isinstance(value, list) else [value]


def _is_within(named: Any, companies: Companies) -> bool:
    try:
        return within(companies, UUID(str(named)))
    except ValueError:
        return False


def _error(use: FieldUse, code: str, message: str) -> Mapping[str, Any]:
    return {"message": message, "path": [part for part in use.path if part != "@"], "extensions": {"code": code}}
