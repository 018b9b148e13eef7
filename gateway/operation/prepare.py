"""Text and variables to a Prepared request; documents are parsed and validated once and remembered."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableValues,
    Visitor,
    get_variable_values,
    parse,
    validate,
    visit,
)

from gateway.operation.document import Operation, Prepared
from gateway.operation.errors import RequestErrors, RequestFailure
from gateway.operation.lru import Lru

_NO_VARIABLES = VariableValues({}, {})
_ERRORS_AT_MOST = 20


class Documents:
    """The operations asked so far, at most `remembered` of them; a document has at most `tokens` tokens."""

    def __init__(self, schema: GraphQLSchema, *, remembered: int = 1_000, tokens: int = 10_000) -> None:
        self._schema = schema
        self._tokens = tokens
        self._operations: Lru[tuple[str, str | None], Operation] = Lru(remembered)

    def prepare(self, query: str, name: str | None, variables: Mapping[str, Any] | None) -> Prepared:
        """Raises RequestErrors: unparsable, invalid, no such operation, or variables that do not fit."""
        operation = self.operation(query, name)
        values = self._coerce(operation, variables or {})
        decided = tuple(bool(values.coerced.get(condition)) for condition in operation.conditions)
        return Prepared(operation, decided, values)

    def operation(self, query: str, name: str | None) -> Operation:
        """Raises RequestErrors: unparsable, invalid, or no such operation."""
        operation = self._operations.get((query, name))
        if operation is None:
            operation = self._operations.put((query, name), self._open(query, name))
        return operation

    def _open(self, query: str, name: str | None) -> Operation:
        try:
            document = parse(query, max_tokens=self._tokens)
            errors = validate(self._schema, document, max_errors=_ERRORS_AT_MOST)
        except GraphQLError as error:
            raise RequestErrors.of(RequestFailure.PARSE, [error]) from error
        except RecursionError as error:
            raise RequestErrors.one(RequestFailure.PARSE, "The document is nested too deeply.") from error
        if errors:
            raise RequestErrors.of(RequestFailure.VALIDATION, errors)
        _refuse_reserved(document)
        return Operation(self._schema, document, _choose(document, name))

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
