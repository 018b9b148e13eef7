"""Subgraphs in memory for tests of the federation engine: a schema as written for federation, and tables of data.

What the values of the tables mean is told in tables.py.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    InterfaceTypeExtensionNode,
    ObjectTypeExtensionNode,
    build_ast_schema,
    graphql_sync,
    is_abstract_type,
    parse,
)
from graphql.language import Visitor, ast, visit

from tests.support.local_schemas import read_local_types
from tests.support.required import Taker
from tests.support.tables import ROOTS, Tables

Object = dict[str, Any]
_ADDED = """
    scalar _Any
    union _Entity = {members}
    type Query {{ _entities(representations: [_Any!]!): [_Entity]! }}
"""


class _Plain(Visitor):
    """Takes every directive away."""

    def enter_directive(self, *_: object) -> object:
        return self.REMOVE


def plain_schema(sdl: str) -> GraphQLSchema:
    """The schema a federation library would serve for this text."""
    definitions: dict[str, Any] = {}
    for node in visit(parse(sdl, no_location=True), _Plain()).definitions:
        if not isinstance(node, ast.SchemaExtensionNode):
            _add(definitions, node)
    objects = [name for name, node in definitions.items() if isinstance(node, ast.ObjectTypeDefinitionNode)]
    members = [name for name in objects if name not in {"Query", "Mutation"}]
    for node in parse(_ADDED.format(members=" | ".join(members) or "Query"), no_location=True).definitions:
        _add(definitions, node)
    return build_ast_schema(DocumentNode(definitions=tuple(definitions.values())), assume_valid=True)


def _add(definitions: dict[str, Any], node: Any) -> None:
    """`extend type` alone defines the type; a second definition adds its fields."""
    if isinstance(node, ObjectTypeExtensionNode):
        node = ast.ObjectTypeDefinitionNode(name=node.name, interfaces=node.interfaces, fields=node.fields)
    if isinstance(node, InterfaceTypeExtensionNode):
        node = ast.InterfaceTypeDefinitionNode(name=node.name, interfaces=node.interfaces, fields=node.fields)
    known = definitions.get(node.name.value)
    if known is not None:
        node = type(known)(name=known.name, interfaces=known.interfaces, fields=(*known.fields, *node.fields))
    definitions[node.name.value] = node


@dataclass
class Subgraph:
    """An ASGI application that answers GraphQL from a table, and remembers the bodies it was sent.

    `answer`, when set, answers in place of the table: bytes with status 200, or a response of its own making.
    """

    sdl: str
    data: dict[str, Any]
    bodies: list[Object] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[Object], Awaitable[tuple[int, bytes]]] | None = None

    def __post_init__(self) -> None:
        self.schema = plain_schema(self.sdl)
        self.types = read_local_types(self.sdl)
        self.tables = Tables(self.data)
        self._taker = Taker(self.schema, _sent, lambda representation: _told(representation, "__typename"))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = orjson.loads((await receive())["body"])
        self.bodies.append(body)
        self.headers.append({key.decode(): value.decode() for key, value in scope["headers"]})
        await asyncio.sleep(0)
        status, content = await self.answer(body) if self.answer else (200, self.execute(body))
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": content})

    def execute(self, body: Object) -> bytes:
        result = graphql_sync(
            self.schema,
            body["query"],
            variable_values=body.get("variables"),
            field_resolver=self._resolve,
            type_resolver=lambda value, *_: value.get("__typename"),
        )
        return orjson.dumps(result.formatted)

    def _resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if info.field_name == "_entities":
            return [self._entity(representation) for representation in arguments["representations"]]
        type_name = info.parent_type.name
        given = self.data.get(type_name, {}) if type_name in ROOTS else source
        if info.field_name not in given:
            given = self._row(type_name, given)
        required = self._required(given, type_name, info.field_name)
        return self.tables.value(given.get(info.field_name), arguments, lambda: required)

    def _row(self, type_name: str, mentioned: Object) -> Object:
        """What the table has of an object that is only mentioned, by a key, where it stands."""
        for key in self.types[type_name].keys if type_name in self.types else ():
            names = [node.name.value for node in key.selections if isinstance(node, FieldNode)]
            wanted = {name: mentioned.get(name) for name in names}
            for row in self.data.get(type_name, ()):
                if row.keys() >= wanted.keys() and self.tables.agrees(row, wanted):
                    return {**row, **mentioned}
        return mentioned

    def _required(self, source: Object, type_name: str, field: str) -> Object:
        """What the field requires, as sent. Raises GraphQLError where some of it was not."""
        local = self.types.get(type_name)
        selection = local.fields[field].requires if local else None
        return {} if selection is None else self._taker.take(_told(source, "_representation"), type_name, selection)

    def _entity(self, representation: Object) -> Object | None:
        """An entity asked as its interface is found in the table of its type."""
        asked = self.schema.type_map[representation["__typename"]]
        possible = self.schema.get_possible_types(asked) if is_abstract_type(asked) else ()
        for name in (asked.name, *(one.name for one in possible)):
            for item in self.data.get(name, ()):
                if self.tables.agrees(item, representation):
                    return {**item, "_representation": representation}
        return None


def _sent(source: Object, _: str, node: FieldNode) -> Any:
    return _told(source, node.name.value)


def _told(source: Object, key: str) -> Any:
    if key not in source:
        raise GraphQLError(f"{key} was not sent")
    return source[key]
