"""Text and variables to a Prepared request; documents are checked once and remembered, good ones and bad ones."""

from collections.abc import Mapping
from typing import Any, Final

from graphql import GraphQLSchema, VariableValues, get_variable_values

from gateway.operation.checked import ERRORS_AT_MOST, CheckedDocument, Checker, Request
from gateway.operation.document import Operation, Prepared
from gateway.operation.errors import RequestError, RequestErrors, RequestFailure
from gateway.operation.limits import OPEN_LIMITS, OperationLimits, check_variables
from gateway.operation.lru import Lru
from gateway.operation.weights import Weights

_NO_VARIABLES = VariableValues({}, {})
_REFUSED_CHARACTERS: Final = 1_000_000
TOKENS_EACH: Final = 150


class Documents:
    """The documents asked so far: at most `remembered`, fewer where they are longer than 150 tokens on average.

    What was refused whatever its variables are is remembered apart, so that bad documents push no good ones out.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        remembered: int = 1_000,
        limits: OperationLimits = OPEN_LIMITS,
        weights: Weights | None = None,
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._checker = Checker(schema, limits, weights or Weights(schema))
        self._good: Lru[str, CheckedDocument] = Lru(remembered, remembered * TOKENS_EACH)
        self._bad: Lru[str, tuple[RequestError, ...]] = Lru(remembered, _REFUSED_CHARACTERS)

    def prepare(self, query: str, name: str | None, variables: Mapping[str, Any] | None) -> Prepared:
        """Raises RequestErrors: too large, unparsable, invalid, no such operation, or variables that do not fit."""
        given = variables or {}
        check_variables(given, self._limits)
        operation = self._document(query, Request(name, given)).operation(name)
        values = self._coerce(operation, given)
        decided = tuple(bool(values.coerced.get(condition)) for condition in operation.conditions)
        cost = operation.cost(decided, values.coerced)
        self._checker.check_cost(cost)
        return Prepared(operation, decided, values, cost.fields)

    def operation(self, query: str, name: str | None) -> Operation:
        """Whatever it costs. Raises RequestErrors: too large, unparsable, invalid, or no such operation."""
        return self._document(query, None).operation(name)

    def _document(self, query: str, request: Request | None) -> CheckedDocument:
        known = self._good.get(query)
        if known is not None:
            return known
        errors = self._bad.get(query)
        if errors is not None:
            raise RequestErrors(errors)
        try:
            made = self._checker.check(query, request)
        except RequestErrors as refused:
            if refused.lasting:
                self._bad.put(query, refused.errors, len(query))
            raise
        return self._good.put(query, made, made.weight)

    def _coerce(self, operation: Operation, variables: Mapping[str, Any]) -> VariableValues:
        definitions = operation.node.variable_definitions
        if not definitions:
            return _NO_VARIABLES
        values = get_variable_values(self._schema, definitions, dict(variables), max_errors=ERRORS_AT_MOST)
        if isinstance(values, list):
            raise RequestErrors.of(RequestFailure.VARIABLES, values)
        return values
