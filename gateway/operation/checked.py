"""A document that may be executed, and its way there: measured, reckoned, parsed, validated; the cheapest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    get_introspection_query,
    parse,
    validate,
    visit,
)

from gateway.operation.cost import Cost, Costing
from gateway.operation.document import Operation
from gateway.operation.errors import RequestErrors, RequestFailure
from gateway.operation.limits import OperationLimits, check_document
from gateway.operation.outline import Outline, outline
from gateway.operation.tokens import tokens_of
from gateway.operation.weights import Weights

ERRORS_AT_MOST: Final = 20
_TIMES_STANDARD: Final = 2
_CHARACTERS_A_TOKEN: Final = 10


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked with a document that nobody has asked before."""

    operation_name: str | None
    variables: Mapping[str, Any]


class CheckedDocument:
    """`weight` is what remembering it weighs: its tokens, and more where they, or comments, are very long."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, costings: list[Costing], weight: int) -> None:
        """`costings` are those of the operations, in the order of the document."""
        self.weight = weight
        self._schema = schema
        self._document = document
        nodes = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        self._asked = {
            node.name.value if node.name else None: (node, costing)
            for node, costing in zip(nodes, costings, strict=True)
        }
        self._operations: dict[str | None, Operation] = {}

    def operation(self, name: str | None) -> Operation:
        """The same object each time. Raises RequestErrors where there is no such operation, or several."""
        return self._operations.get(name) or self._open(name)

    def _open(self, name: str | None) -> Operation:
        own = next(iter(self._asked)) if name is None and len(self._asked) == 1 else name
        if own not in self._asked:
            text = "Say with operationName which operation to run."
            if name is not None:
                text = f"The document has no operation named '{name}'."
            raise RequestErrors.one(RequestFailure.OPERATION, text)
        if own not in self._operations:
            self._operations[own] = Operation(self._schema, self._document, *self._asked[own], self.weight)
        opened = self._operations[name] = self._operations[own]
        return opened


class Checker:
    """What makes text a document of one schema, within the limits."""

    def __init__(self, schema: GraphQLSchema, limits: OperationLimits, weights: Weights) -> None:
        self._schema = schema
        self._limits = limits
        self._weights = weights
        self._introspection = _TIMES_STANDARD * self._standard_introspection()

    def check(self, query: str, request: Request | None) -> CheckedDocument:
        """With a request, also what that would cost, which is told of the tokens. Raises RequestErrors."""
        tokens = check_document(query, self._limits)
        try:
            asked = outline(tokens)
            if request is not None:
                self._check_request(asked, request)
        except RecursionError as error:
            raise RequestErrors.one(RequestFailure.DEPTH, "The fragments are nested too deeply.") from error
        costings = [Costing(self._weights, asked, operation) for operation in asked.operations]
        weight = max(len(tokens), len(query) // _CHARACTERS_A_TOKEN)
        return CheckedDocument(self._schema, self._parse(query), costings, weight)

    def _check_request(self, asked: Outline, request: Request) -> None:
        operation = asked.operation(request.operation_name)
        if operation is not None:
            costing = Costing(self._weights, asked, operation)
            self.check_cost(costing.reckon(costing.guessed(request.variables)), lasting=len(asked.operations) == 1)

    def check_cost(self, cost: Cost, *, lasting: bool = False) -> None:
        """With `lasting` a refusal that no variable can change is one of the document. Raises RequestErrors."""
        lasts, most = lasting and not cost.variables, self._limits.cost
        if cost.fields > most:
            text = f"The operation may cost {cost.fields}, more than {most}: ask for shorter lists or fewer fields."
            raise RequestErrors.one(RequestFailure.COST, text, lasting=lasts)
        if cost.introspection > self._introspection:
            text = "The operation asks for much more of the schema than the usual introspection query."
            raise RequestErrors.one(RequestFailure.INTROSPECTION, text, lasting=lasts)

    def _standard_introspection(self) -> int:
        asked = outline(tokens_of(get_introspection_query(input_value_deprecation=True), self._limits.tokens))
        return Costing(self._weights, asked, asked.operations[0]).reckon({}).introspection

    def _parse(self, query: str) -> DocumentNode:
        try:
            document = parse(query, max_tokens=self._limits.tokens)
            errors = validate(self._schema, document, max_errors=ERRORS_AT_MOST)
        except GraphQLError as error:
            raise RequestErrors.of(RequestFailure.PARSE, [error]) from error
        except RecursionError as error:
            raise RequestErrors.one(RequestFailure.PARSE, "The document is nested too deeply.") from error
        if errors:
            raise RequestErrors.of(RequestFailure.VALIDATION, errors)
        _refuse_reserved(document)
        return document


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
