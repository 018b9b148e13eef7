"""The schema of a subgraph as all services make it."""

from collections.abc import Iterable
from typing import Any, Final

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from chassis.graphql.directives import FEDERATION

_DOCUMENTS: Final = 1_000


class SilentSchema(strawberry.federation.Schema):
    """Leaves the logging of errors to the endpoint, which knows refusals from bugs.

    Documents are parsed and validated once: the gateway sends the same few again and again.
    """

    def __init__(
        self,
        query: type,
        mutation: type | None = None,
        *,
        types: Iterable[type] = (),
        config: StrawberryConfig | None = None,
    ) -> None:
        super().__init__(
            query,
            mutation,
            types=types,
            config=config,
            extensions=[lambda: ParserCache(_DOCUMENTS), lambda: ValidationCache(_DOCUMENTS)],
            federation_version=FEDERATION,
        )

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Nothing here."""
