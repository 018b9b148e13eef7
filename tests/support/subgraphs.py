"""Subgraphs in memory for tests of the federation engine: a schema as written for federation, and a table of data.

The data of a subgraph is one object: `Query` and `Mutation` hold the values of root fields, every other key is a type
with its list of objects. `{"ref": "Ship/0"}` stands for an object of such a list. A text that begins with `=` is
made from the representation that asked for the object: `=Welcome to {name}`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    InterfaceTypeExtensionNode,
    ObjectTypeExtensionNode,
    build_ast_schema,
    graphql_sync,
    parse,
)
from graphql.language import Visitor, ast, visit

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
    data: Mapping[str, Any]
    bodies: list[Object] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[Object], Awaitable[tuple[int, bytes]]] | None = None

    def __post_init__(self) -> None:
        self._schema = plain_schema(self.sdl)

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
            self._schema,
            body["query"],
            variable_values=body.get("variables"),
            field_resolver=self._resolve,
            type_resolver=lambda value, *_: value.get("__typename"),
        )
        return orjson.dumps(result.formatted)

    def _resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if source is None and info.field_name == "_entities":
            return [self._entity(representation) for representation in arguments["representations"]]
        given = self.data.get(info.parent_type.name, {}) if source is None else source
        value = given.get(info.field_name)
        if isinstance(value, list) and "limit" in arguments:
            value = value[: arguments["limit"]]
        return self._value(value, given.get("_representation", {}))

    def _value(self, value: Any, representation: Object) -> Any:
        if isinstance(value, list):
            return [self._value(item, representation) for item in value]
        if isinstance(value, str) and value.startswith("!"):
            raise GraphQLError(value[1:], extensions={"code": "BROKEN"} if value.startswith("!!") else None)
        if isinstance(value, str) and value.startswith("="):
            return value[1:].format_map(representation)
        if isinstance(value, dict) and "ref" in value:
            type_name, _, number = value["ref"].partition("/")
            return self.data[type_name][int(number)]
        return value

    def _entity(self, representation: Object) -> Object | None:
        type_name = representation["__typename"]
        for item in self.data.get(type_name, ()):
            if _agrees(item, representation):
                return {"__typename": type_name, **item, "_representation": representation}
        return None


def _agrees(item: Object, representation: Object) -> bool:
    """Whether what both have is equal; what was computed elsewhere is not in the table."""
    shared = [key for key in representation if key in item and key != "__typename"]
    return bool(shared) and all(_equal(item[key], representation[key]) for key in shared)


def _equal(mine: Any, given: Any) -> bool:
    return _agrees(mine, given) if isinstance(mine, dict) and isinstance(given, dict) else bool(mine == given)
