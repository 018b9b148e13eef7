"""Which form a line of [fields] writes: `target = "column"`, or a table with template, constant or details."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from client.importing.codes import Code, CodeTable
from client.importing.moments import Moment
from client.importing.tables import Table, nearest
from client.importing.targets import TAG_LIMIT, TARGETS, Kind
from client.importing.templates import Template, placeholders
from client.importing.values import Constant, Country, Form, Integer, Tags, Text

_CONSTANT_TYPES = {Kind.INTEGER: int, Kind.TAGS: list}


class FormReader:
    """Reads the lines of one mapping, each with the value table of its target where there is one."""

    def __init__(self, tables: dict[str, CodeTable]) -> None:
        self._tables = tables
        self._readers: dict[Kind, Callable[[str, Table], Form]] = {
            Kind.TEXT: self._text,
            Kind.COUNTRY: self._country,
            Kind.INTEGER: self._integer,
            Kind.MOMENT: self._moment,
            Kind.CODE: self._code,
            Kind.TAGS: self._tags,
        }

    def read(self, name: str, fields: Table) -> Form:
        """Raises InputProblem for what cannot be meant."""
        if name not in TARGETS:
            fields.fail(f"is not a field of an incident; {nearest(name, TARGETS)}", key=name)
        line = self._line(name, fields)
        kind = TARGETS[name].kind
        form = self._constant(kind, line) if "constant" in line.content else self._readers[kind](name, line)
        line.done(also=["constant"])
        return form

    def _line(self, name: str, fields: Table) -> Table:
        """A bare column name is short for a table with that column."""
        written = fields.content[name]
        if not isinstance(written, str | dict):
            fields.fail(
                f'must be a column in quotes or a table such as {{ column = "..." }}, not {written!r}.', key=name
            )
        content = {"column": written} if isinstance(written, str) else written
        return Table(fields.file, f"{fields.place}.{name}", content)

    def _constant(self, kind: Kind, line: Table) -> Constant:
        if kind is Kind.MOMENT:
            line.fail("a date cannot be the same in every row; name a column.")
        if kind is Kind.TAGS:
            return Constant(list(line.texts("constant")))
        return Constant(line.need("constant", _CONSTANT_TYPES.get(kind, str)))

    def _text(self, name: str, line: Table) -> Form:
        limit = TARGETS[name].limit
        if "template" not in line.content:
            return Text(line.need("column", str), limit)
        template, if_empty = line.need("template", str), line.optional("if_empty", str)
        for key, text in (("template", template), ("if_empty", if_empty or "")):
            try:
                placeholders(text)
            except ValueError as error:
                line.fail(str(error), key=key)
        return Template(template, limit, if_empty)

    def _country(self, name: str, line: Table) -> Form:
        column = line.need("column", str)
        return Code(column, name, self._tables[name]) if name in self._tables else Country(column)

    def _code(self, name: str, line: Table) -> Form:
        return Code(line.need("column", str), name, self._tables.get(name))

    def _integer(self, _: str, line: Table) -> Form:
        return Integer(line.need("column", str), line.get("thousands", str, ""))

    def _moment(self, _: str, line: Table) -> Form:
        name = line.need("time_zone", str)
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            line.fail(f"{name!r} is not a time zone; write one like Asia/Almaty or UTC.", key="time_zone")
        return Moment(line.need("column", str), line.texts("formats"), zone)

    def _tags(self, _: str, line: Table) -> Form:
        columns = line.texts("columns") if "columns" in line.content else (line.need("column", str),)
        return Tags(columns, line.get("separator", str, ""), TAG_LIMIT)
