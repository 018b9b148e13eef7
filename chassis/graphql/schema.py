"""The schema of a subgraph as all services make it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig

from chassis.graphql.directives import FEDERATION

_DOCUMENTS: Final = 1_000


@lru_cache(maxsize=_DOCUMENTS)
def _read(schema: GraphQLSchema, text: str) -> tuple[DocumentNode, list[GraphQLError]]:
    """The document, and what is wrong with it. Raises GraphQLError when it cannot be parsed."""
    document = parse(text)
    return document, validate(schema, document)


class _KnownDocuments(SchemaExtension):
    """Found by their text. The library finds them as they are parsed, for which it looks through all of a document."""

    def on_parse(self) -> Iterator[None]:
        asked = self.execution_context
        schema = asked.schema._schema  # noqa: SLF001  # as the library's own extensions have it
        asked.graphql_document, asked.pre_execution_errors = _read(schema, asked.query or "")
        yield


class SilentSchema(strawberry.federation.Schema):
    """Leaves the logging of errors to the endpoint, which knows refusals from bugs.

    Documents are parsed and validated once: the gateway sends the same few again and again.
    """

    def __init__(
        self,
        query: type,
        mutation: type | None = None,
        *,
        subscription: type | None = None,
        types: Iterable[type] = (),
        config: StrawberryConfig | None = None,
    ) -> None:
        super().__init__(
            query,
            mutation,
            subscription,
            types=types,
            config=config,
            extensions=[_KnownDocuments],
            federation_version=FEDERATION,
        )

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Nothing here."""
