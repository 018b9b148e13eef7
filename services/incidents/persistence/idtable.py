"""A table of ids inside a statement: what is asked for each of them is joined to it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ARRAY, TableValuedAlias, Uuid, column, func, literal


def table_of(ids: Collection[UUID]) -> TableValuedAlias:
    """With the one column `id`."""
    given = literal(list(ids), ARRAY(Uuid()))
    return func.unnest(given).table_valued(column("id", Uuid()), name="wanted").render_derived()
