"""The facts of all services: the classes whose instances are the data of events, by service and type."""

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from importlib import import_module
from typing import Any, Final

import services
from deploy.catalogue.errors import CatalogueError
from services.notifications.domain.public_events import INTERNAL, PUBLIC

_PUBLIC_EVENTS: Final = "services/notifications/domain/public_events.py"


def facts() -> dict[tuple[str, str], type[Any]]:
    """Whatever a module of `services.<service>.domain` defines as a dataclass with a `type` of its own."""
    names = [service.name for service in pkgutil.iter_modules(services.__path__) if service.ispkg]
    return {(name, fact.type): fact for name in names for fact in _facts_of(name)}


def check_decided(known: Mapping[tuple[str, str], Any]) -> None:
    """Every fact is for others to follow or is not. Raises CatalogueError for those of which nobody has said so."""
    forgotten = sorted(kind for source, kind in known if (source, kind) not in PUBLIC and kind not in INTERNAL)
    both = sorted(kind for _, kind in PUBLIC if kind in INTERNAL)
    untold = sorted(f"{kind} of {source}" for source, kind in PUBLIC if (source, kind) not in known)
    for names, text in (
        (forgotten, f"name them in {_PUBLIC_EVENTS}, as events that others may follow or as internal ones"),
        (both, f"they are both public and internal in {_PUBLIC_EVENTS}"),
        (untold, f"no service tells them: take them out of {_PUBLIC_EVENTS}"),
    ):
        if names:
            raise CatalogueError(f"{', '.join(names)}: {text}.")


def _facts_of(service: str) -> Iterator[type[Any]]:
    domain = import_module(f"services.{service}.domain")
    for found in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
        for value in vars(import_module(found.name)).values():
            if isinstance(value, type) and value.__module__ == found.name and _is_fact(value):
                yield value


def _is_fact(value: type[Any]) -> bool:
    return is_dataclass(value) and isinstance(vars(value).get("type"), str)
