"""Requests that cannot be executed: nothing was planned or fetched, and the caller can mend them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphql import GraphQLError


class RequestFailure(StrEnum):
    """Which stage refused, as callers see it in `extensions.code`."""

    PARSE = "GRAPHQL_PARSE_FAILED"
    VALIDATION = "GRAPHQL_VALIDATION_FAILED"
    OPERATION = "OPERATION_RESOLUTION_FAILURE"
    VARIABLES = "BAD_USER_INPUT"
    TOKENS = "LIMIT_TOKENS"
    DEPTH = "LIMIT_DEPTH"
    ALIASES = "LIMIT_ALIASES"
    DIRECTIVES = "LIMIT_DIRECTIVES"
    ROOT_FIELDS = "LIMIT_ROOT_FIELDS"
    FIELDS = "LIMIT_FIELDS"
    VARIABLES_SIZE = "LIMIT_VARIABLES"
    COST = "LIMIT_COST"
    INTROSPECTION = "LIMIT_INTROSPECTION"
    BUDGET = "LIMIT_BUDGET"


@dataclass(frozen=True, slots=True)
class RequestError:
    """One thing wrong with a request. `locations` are (line, column) pairs of the document, from 1."""

    message: str
    code: RequestFailure
    locations: tuple[tuple[int, int], ...] = ()

    def formatted(self) -> dict[str, Any]:
        """As in the `errors` of an answer."""
        places = [{"line": line, "column": column} for line, column in self.locations]
        return {
            "message": self.message,
            **({"locations": places} if places else {}),
            "extensions": {"code": self.code.value},
        }


class RequestErrors(Exception):
    """All that is wrong with a request, at least one error. `lasting` is what its document alone is to blame for."""

    def __init__(self, errors: Iterable[RequestError], *, lasting: bool = True) -> None:
        self.errors = tuple(errors)
        self.lasting = lasting
        super().__init__("; ".join(error.message for error in self.errors))

    @classmethod
    def of(cls, code: RequestFailure, errors: Iterable[GraphQLError]) -> "RequestErrors":
        return cls(
            RequestError(error.message, code, tuple((at.line, at.column) for at in error.locations or ()))
            for error in errors
        )

    @classmethod
    def one(cls, code: RequestFailure, message: str, *, lasting: bool = True) -> "RequestErrors":
        return cls([RequestError(message, code)], lasting=lasting)
