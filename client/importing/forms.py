"""Which form a line of [fields] writes: `target = "column"`, or a table with template, constant or details."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from client.importing.codes import Code, CodeTable
from client.importing.decimals import Decimals
from client.importing.moments import PRECISIONS, Moment
from client.importing.tables import Table, nearest
from client.importing.targets import TAG_LIMIT, TARGETS, Kind, target_named
from client.importing.templates import Template, placeholders
from client.importing.values import Constant, Country, Form, Integer, Tags, Text
from client.importing.words import NO, YES, Flag, Word, Words, graph_word

_CONSTANT_TYPES = {Kind.INTEGER: int, Kind.FLAG: bool}
_LISTS = (Kind.TAGS, Kind.WORDS)
_AMOUNT = "cost.amount"


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
            Kind.DECIMAL: self._decimals,
            Kind.WORD: self._word,
            Kind.WORDS: self._words,
            Kind.FLAG: self._flag,
        }

    def read(self, name: str, fields: Table) -> Form:
        """Raises InputProblem for what cannot be meant."""
        target = target_named(name)
        if target is None:
            fields.fail(f"is not a field of an incident; {nearest(name, TARGETS)}", key=name)
        line, kind = self._line(name, fields), target.kind
        form = self._constant(name, kind, line) if "constant" in line.content else self._readers[kind](name, line)
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

    def _constant(self, name: str, kind: Kind, line: Table) -> Constant:
        if kind in (Kind.MOMENT, Kind.DECIMAL):
            line.fail("a date or an amount cannot be the same in every row; name a column.")
        if kind in _LISTS:
            texts = [self._known(name, text, line, "constant") for text in line.texts("constant")]
            return Constant(texts)
        value: str | int | bool = line.need("constant", _CONSTANT_TYPES.get(kind, str))
        return Constant(self._known(name, value, line, "constant") if isinstance(value, str) else value)

    def _known(self, name: str, text: str, line: Table, key: str) -> str:
        """As the graph writes it, where it knows only a few."""
        words = TARGETS[name].words
        if not words:
            return text
        if graph_word(text) not in words:
            line.fail(f"{text!r} is none of {', '.join(words)}.", key=key)
        return graph_word(text)

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
        precision = line.optional("precision", str)
        if precision not in (None, *PRECISIONS):
            line.fail(f"{precision!r} is none of {', '.join(PRECISIONS)}.", key="precision")
        return Moment(line.need("column", str), line.texts("formats"), zone, precision)

    def _tags(self, _: str, line: Table) -> Form:
        columns = line.texts("columns") if "columns" in line.content else (line.need("column", str),)
        return Tags(columns, line.get("separator", str, ""), TAG_LIMIT)

    def _decimals(self, name: str, line: Table) -> Form:
        thousands, point = line.get("thousands", str, ""), line.get("decimal", str, ".")
        return Decimals(line.need("column", str), thousands, point, amount=name == _AMOUNT)

    def _word(self, name: str, line: Table) -> Form:
        table = self._tables.get(name)
        for word in sorted(table.targets) if table else ():
            self._known(name, word, line, f"[values.{name}]")
        return Word(Code(line.need("column", str), name, table), TARGETS[name].words)

    def _words(self, name: str, line: Table) -> Form:
        columns = line.texts("columns") if "columns" in line.content else (line.need("column", str),)
        return Words(Tags(columns, line.get("separator", str, ""), TAG_LIMIT), TARGETS[name].words)

    def _flag(self, _: str, line: Table) -> Form:
        return Flag(line.need("column", str), line.texts("yes") or YES, line.texts("no") or NO)
