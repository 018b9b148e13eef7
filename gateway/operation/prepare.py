"""Text and variables to a Prepared request; documents are measured, parsed and validated once and remembered."""

from collections.abc import Mapping
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableValues,
    Visitor,
    get_introspection_query,
    get_variable_values,
    parse,
    validate,
    visit,
)

from gateway.operation.cost import Cost
from gateway.operation.document import Operation, Prepared
from gateway.operation.errors import RequestErrors, RequestFailure
from gateway.operation.limits import OPEN_LIMITS, OperationLimits, check_document, check_variables
from gateway.operation.lru import Lru
from gateway.operation.weights import Weights

_NO_VARIABLES = VariableValues({}, {})
_ERRORS_AT_MOST: Final = 20
_TIMES_STANDARD: Final = 2
TOKENS_EACH: Final = 150


class Documents:
    """The operations asked so far: at most `remembered`, fewer where they are longer than 150 tokens on average."""

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
        self._weights = weights or Weights(schema)
        self._introspection = _TIMES_STANDARD * self._standard_introspection()
        self._operations: Lru[tuple[str, str | None], Operation] = Lru(remembered, remembered * TOKENS_EACH)

    def prepare(self, query: str, name: str | None, variables: Mapping[str, Any] | None) -> Prepared:
        """Raises RequestErrors: too large, unparsable, invalid, no such operation, or variables that do not fit."""
        check_variables(variables, self._limits)
        operation = self.operation(query, name)
        values = self._coerce(operation, variables or {})
        decided = tuple(bool(values.coerced.get(condition)) for condition in operation.conditions)
        cost = operation.cost(self._weights, decided, values.coerced)
        self._check_cost(cost)
        return Prepared(operation, decided, values, cost.fields)

    def operation(self, query: str, name: str | None) -> Operation:
        """Raises RequestErrors: too large, unparsable, invalid, or no such operation."""
        operation = self._operations.get((query, name))
        if operation is None:
            made = self._open(query, name, check_document(query, self._limits))
            operation = self._operations.put((query, name), made, made.tokens)
        return operation

    def _check_cost(self, cost: Cost) -> None:
        most = self._limits.cost
        if cost.fields > most:
            text = f"The operation may cost {cost.fields}, more than {most}: ask for shorter lists or fewer fields."
            raise RequestErrors.one(RequestFailure.COST, text)
        if cost.introspection > self._introspection:
            text = "The operation asks for much more of the schema than the usual introspection query."
            raise RequestErrors.one(RequestFailure.INTROSPECTION, text)

    def _standard_introspection(self) -> int:
        document = parse(get_introspection_query(input_value_deprecation=True), no_location=True)
        operation = Operation(self._schema, document, _choose(document, None))
        return operation.cost(self._weights, (), {}).introspection

    def _open(self, query: str, name: str | None, tokens: int) -> Operation:
        try:
            document = parse(query, max_tokens=self._limits.tokens)
            errors = validate(self._schema, document, max_errors=_ERRORS_AT_MOST)
        except GraphQLError as error:
            raise RequestErrors.of(RequestFailure.PARSE, [error]) from error
        except RecursionError as error:
            raise RequestErrors.one(RequestFailure.PARSE, "The document is nested too deeply.") from error
        if errors:
            raise RequestErrors.of(RequestFailure.VALIDATION, errors)
        _refuse_reserved(document)
        return Operation(self._schema, document, _choose(document, name), tokens)

    def _coerce(self, operation: Operation, variables: Mapping[str, Any]) -> VariableValues:
        definitions = operation.node.variable_definitions
        if not definitions:
            return _NO_VARIABLES
        values = get_variable_values(self._schema, definitions, dict(variables), max_errors=_ERRORS_AT_MOST)
        if isinstance(values, list):
            raise RequestErrors.of(RequestFailure.VARIABLES, values)
        return values


class _Aliases(Visitor):
    """The aliases that only the gateway may give: it finds the types of objects under `__typename`."""

    def __init__(self) -> None:
        super().__init__()
        self.reserved: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        if node.alias and node.alias.value.startswith("__") and node.alias.value != node.name.value:
            self.reserved.add(node.alias.value)


def _refuse_reserved(document: DocumentNode) -> None:
    aliases = _Aliases()
    visit(document, aliases)
    if aliases.reserved:
        names = ", ".join(sorted(aliases.reserved))
        raise RequestErrors.one(RequestFailure.VALIDATION, f"Aliases that begin with '__' are reserved: {names}.")


def _choose(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is None and len(operations) == 1:
        return operations[0]
    if name is None:
        raise RequestErrors.one(RequestFailure.OPERATION, "Say with operationName which operation to run.")
    for node in operations:
        if node.name and node.name.value == name:
            return node
    raise RequestErrors.one(RequestFailure.OPERATION, f"The document has no operation named '{name}'.")
