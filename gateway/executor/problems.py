"""What went wrong in one request, told at the client's paths, each once."""

from collections.abc import Container, Iterable, Mapping
from enum import StrEnum
from typing import Any

import structlog

from gateway.executor.places import ConcretePath, has_place

_log = structlog.get_logger(__name__)
StaticPath = tuple[str, ...]
MASKED = "The service could not answer because of an internal error."
_PRIVATE = frozenset({"stacktrace", "exception", "debug", "serviceName"})


class FailureCode(StrEnum):
    """Stable codes of errors that arise while executing."""

    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    INTERNAL = "INTERNAL"
    PLANNING_FAILED = "PLANNING_FAILED"


class Problems:
    """Collects the errors of an answer. `client_paths` are the places, without indices, that the client asked for."""

    def __init__(self, client_paths: Container[StaticPath]) -> None:
        self.errors: list[dict[str, Any]] = []
        self._client_paths = client_paths
        self._excused: set[StaticPath] = set()
        self._told: set[tuple[str, ConcretePath]] = set()

    def unavailable(self, service: str, path: ConcretePath, keys: Iterable[str]) -> None:
        """A service did not answer for these keys of the object at the path; told at the first that was asked for."""
        keys = tuple(keys)
        shown = next((key for key in keys if (*static(path), key) in self._client_paths), None)
        place = self._visible(path if shown is None else (*path, shown))
        self.excuse(path, keys)
        self._tell(
            f"The service {service} did not answer.",
            place,
            {"code": FailureCode.SERVICE_UNAVAILABLE, "service": service},
        )

    def subgraph_errors(self, service: str, found: Iterable[tuple[Mapping[str, Any], ConcretePath]]) -> None:
        """The errors of one answer, each with its place.

        Messages without a code are for the log and not for the client: in one line, however many there are.
        """
        masked = []
        for error, path in found:
            message, extensions = error.get("message"), _public_extensions(error.get("extensions"))
            if not isinstance(extensions.get("code"), str) or not isinstance(message, str):
                masked.append((message, path))
                message, extensions = MASKED, {"code": FailureCode.INTERNAL}
            place = self._visible(path)
            self._excused.add(static(place))
            self._tell(message, place, {**extensions, "service": service})
        if masked:
            message, path = masked[0]
            more = {"more": len(masked) - 1} if len(masked) > 1 else {}
            _log.warning("subgraph_error_masked", service=service, message=message, path=path, **more)

    def wrong(self, path: ConcretePath, coordinate: str) -> None:
        """A value is not of the type that the schema promises."""
        if not self._is_excused(static(path)):
            self._tell(f"The value of {coordinate} is not of its type.", path, {"code": FailureCode.INTERNAL})

    def disagreement(self, path: ConcretePath, coordinate: str) -> None:
        """Services tell lists of different lengths, so that nobody knows which items belong together."""
        if not self._is_excused(static(path)):
            text = f"The services do not agree on how long the list of {coordinate} is."
            self._tell(text, path, {"code": FailureCode.INTERNAL})

    def null(self, path: ConcretePath, coordinate: str) -> None:
        """Null where the schema allows none; told only if no other error is the reason."""
        if not self._is_excused(static(path)):
            text = f"Cannot return null for non-nullable field {coordinate}."
            self._tell(text, path, {"code": FailureCode.INTERNAL})

    def told_in(self, data: Any) -> list[dict[str, Any]]:
        """The errors at places of the answer or of nulls in it.

        Interface objects are asked for objects of all types at once, also what the client asks of some types only.
        """
        return [error for error in self.errors if has_place(data, error.get("path", ()))]

    def excuse(self, path: ConcretePath, keys: Iterable[str]) -> None:
        """Nulls under these keys have been explained; without keys, all that is null below the path."""
        here = static(path)
        self._excused.update([(*here, key) for key in keys] or [here])

    def _is_excused(self, path: StaticPath) -> bool:
        return any(path[: len(known)] == known or known[: len(path)] == path for known in self._excused)

    def _visible(self, path: ConcretePath) -> ConcretePath:
        """The path as far as the client asked; keys that only the gateway asks for mean nothing to it."""
        seen: StaticPath = ()
        for length, part in enumerate(path):
            if isinstance(part, str):
                seen = (*seen, part)
                if seen not in self._client_paths:
                    return path[:length]
        return path

    def _tell(self, message: str, path: ConcretePath, extensions: dict[str, Any]) -> None:
        if (message, path) in self._told:
            return
        self._told.add((message, path))
        place = {"path": list(path)} if path else {}
        self.errors.append({"message": message, **place, "extensions": extensions})


def _public_extensions(given: object) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key not in _PRIVATE} if isinstance(given, dict) else {}


def static(path: ConcretePath) -> StaticPath:
    """The path without indices."""
    return tuple(part for part in path if isinstance(part, str))
