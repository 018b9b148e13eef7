"""The SQL of row-level security, written once: the predicates are the ones that keep indexes usable.

A setting that was never made, or was made in an earlier transaction, reads as NULL or '' and opens nothing.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Uuid, any_, func, literal, not_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from chassis.access import Companies, Everywhere


def among(
    column: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None],
    companies: Companies | BindParameter[Any],
) -> ColumnElement[bool]:
    """The same predicate for the query itself, so that a table without walls, or with wider ones, shows no more.

    A parameter stands for a list, in a statement that is made once for all of them.
    """
    if isinstance(companies, Everywhere):
        return true()
    return column == func.any(companies if isinstance(companies, BindParameter) else list(companies))


def opened(wall: str, column: str = "company_id") -> str:
    """The predicate that is true for rows whose company the current transaction may reach by `wall`.

    The sub-selects are evaluated once per statement, so `column = any(...)` can use an index. The list is made into
    ids inside of its sub-select: outside of it that would be done for every row. The cast outside changes nothing, but
    without it `any` would take the sub-select for a table.
    """
    companies = f"string_to_array(nullif(current_setting('app.{wall}_companies', true), ''), ',')::uuid[]"
    return f"((select current_setting('app.{wall}_all', true) = 'on') or {column} = any ((select {companies})::uuid[]))"


def opened_by_hash(wall: str, column: str = "company_id") -> str:
    """The same for tables with about one row for each company, of which a statement may look at all.

    The list becomes a hash table once in a statement. That takes longer than making an array of it, but a row is then
    looked up at once, and not compared with two thousand companies one after another.
    """
    companies = f"select unnest(string_to_array(nullif(current_setting('app.{wall}_companies', true), ''), ','))::uuid"
    return f"((select current_setting('app.{wall}_all', true) = 'on') or {column} in ({companies}))"


def confided(
    restricted: InstrumentedAttribute[bool],
    company: InstrumentedAttribute[UUID],
    members: InstrumentedAttribute[list[UUID]],
    *,
    all_of: Companies | BindParameter[Any],
    to: UUID | BindParameter[Any],
) -> ColumnElement[bool]:
    """The rows that are not restricted, those of companies of which all is seen, and those `to` is a member of."""
    member = to if isinstance(to, BindParameter) else literal(to, Uuid())
    return or_(not_(restricted), among(company, all_of), member == any_(members))


def confided_rows() -> str:
    """The same as SQL, for tables with the columns `restricted` and `member_ids`.

    The walls `view_restricted` (companies) and `view_member` (the one who asks) open it. Alternatives are tried in
    their order: a row that is not restricted costs no more than the look at it.
    """
    member = "select nullif(current_setting('app.view_member_companies', true), '')::uuid"
    return f"(not restricted or {opened('view_restricted')} or ({member}) = any (member_ids))"


def seen_through(owner: str, reference: str) -> str:
    """True for rows whose `reference` leads to a row of the table `owner` that the transaction sees.

    A scalar sub-select and no EXISTS, which PostgreSQL may answer by reading the whole of `owner` first.
    """
    return f"(select true from {owner} where {owner}.id = {reference})"  # noqa: S608  # names from migrations


def any_opened(walls: Iterable[str], column: str = "company_id") -> str:
    return "(" + " or ".join(opened(wall, column) for wall in walls) + ")"


def protect(
    table: str,
    *,
    read: Iterable[str] = ("view",),
    insert: Iterable[str] = (),
    update: Iterable[str] = (),
    delete: Iterable[str] = (),
    column: str = "company_id",
) -> list[str]:
    """The statements that put `table` behind its walls, also for its owner. A right without walls is nobody's."""
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({any_opened(read, column)})",
    ]
    if insert := tuple(insert):
        statements.append(
            f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({any_opened(insert, column)})"
        )
    if update := tuple(update):
        rule = any_opened(update, column)
        statements.append(f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({rule}) WITH CHECK ({rule})")
    if delete := tuple(delete):
        statements.append(f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({any_opened(delete, column)})")
    return statements
