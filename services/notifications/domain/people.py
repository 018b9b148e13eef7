"""People as access tells of them at this moment: how they are reached, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from chassis.access import Actor, ActorKind, Scope


@dataclass(frozen=True, slots=True)
class Person:
    actor: Actor
    email: str
    locale: str
    active: bool

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Raises LookupError, TypeError, ValueError or AttributeError for what describes nobody."""
        actor = Actor(
            id=UUID(told["id"]),
            kind=ActorKind(told["kind"]),
            name=told["name"],
            scope=Scope.from_claims(told["scope"]),
            locales=(told["locale"],),
        )
        return cls(actor=actor, email=told["email"], locale=told["locale"], active=told["active"])
