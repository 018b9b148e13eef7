"""`python -m benchmarks.gateway.subgraphs PORT`: four subgraphs that execute a question once and then know it.

So they cost the machine next to nothing, and any plan of any gateway gets its right answer. `/internal/grants` answers
what the access service would say of anybody, for our gateway with sign-in; `/asked` tells how many requests came.
"""

import asyncio
import sys
from typing import Any

import httptools
import orjson
import uvloop
from graphql import GraphQLSchema, build_schema, graphql_sync

_SCHEMAS = {
    "crews": """
        type Query { sailors: [Sailor] _entities(representations: [_Any!]!): [_Entity]! }
        type Sailor { id: ID! name: String rank: String }
        union _Entity = Sailor""",
    "ships": """
        type Query { ships(first: Int = 5): [Ship] _entities(representations: [_Any!]!): [_Entity]! }
        type Ship { imo: ID! name: String tonnage: Int draught: Int }
        union _Entity = Ship""",
    "ports": """
        type Query { _entities(representations: [_Any!]!): [_Entity]! }
        type Ship { imo: ID! tonnage: Int draught: Int berthed: Boolean fee: Int }
        union _Entity = Ship""",
    "logbooks": """
        type Query { events(first: Int = 5): [Event] _entities(representations: [_Any!]!): [_Entity]! }
        type Sailor { id: ID! entries: [Entry] }
        type Ship { imo: ID! entries: [Entry] }
        type Entry { id: ID! text: String ship: Ship author: Sailor }
        interface Event { id: ID! at: String }
        type Arrival implements Event { id: ID! at: String ship: Ship }
        type Promotion implements Event { id: ID! at: String sailor: Sailor rank: String }
        type Notice implements Event { id: ID! at: String text: String }
        union _Entity = Sailor | Ship | Entry""",
}
_COMPANY = "0190163d-8694-739b-aea5-966c26f8ad91"
_GRANTS = {
    "actor": {"id": "0190163d-8694-739b-aea5-966c26f8ad92", "kind": "user", "name": "Bench", "locale": "en"},
    "scope": {"sets": [[_COMPANY]], "permissions": {"logbook.view": 0, "ship.view": 0}},
}
_TEXT = "Wind from the west, force five; two sails mended, one barrel of water lost over board. " * 7
_NAMES = ("Ada", "Bo", "Cleo", "Dag", "Eve", "Finn")


def _sailor(number: int) -> dict[str, Any]:
    entries = lambda *_: [_entry(n) for n in (1, 2)]  # noqa: E731  # a resolver, asked only where selected
    return {"__typename": "Sailor", "id": str(number), "name": _NAMES[number - 1], "rank": "mate", "entries": entries}


def _ship(number: int, **known: Any) -> dict[str, Any]:
    entries = lambda *_: [_entry(n) for n in range(number % 3 + 1, 6, 2)]  # noqa: E731  # a resolver, as above
    return {
        "__typename": "Ship",
        "imo": str(number),
        "name": f"Ship {number}",
        "entries": entries,
        "tonnage": number * 100,
        "draught": number % 9 + 3,
        "berthed": number % 2 == 0,
        "fee": (known.get("tonnage") or 0) + (known.get("draught") or 0),
    }


def _entry(number: int) -> dict[str, Any]:
    return {
        "__typename": "Entry",
        "id": str(number),
        "text": f"{number}. {_TEXT}",
        "ship": lambda *_: _ship(number),
        "author": lambda *_: _sailor(number),
    }


def _event(number: int) -> dict[str, Any]:
    """Ships and sailors come more than once, as they do where something goes on."""
    return {
        "__typename": ("Arrival", "Promotion", "Notice")[number % 3],
        "id": str(number),
        "at": f"18{number % 60:02}-07-01",
        "ship": lambda *_: _ship(number % 20 + 1),
        "sailor": lambda *_: _sailor(number % 6 + 1),
        "rank": "boatswain",
        "text": _TEXT[:90],
    }


def _entity(representation: dict[str, Any]) -> dict[str, Any]:
    if representation["__typename"] == "Ship":
        known = {key: representation.get(key) for key in ("tonnage", "draught")}
        return _ship(int(representation["imo"]), **known)
    return (_sailor if representation["__typename"] == "Sailor" else _entry)(int(representation["id"]))


_ROOT = {
    "sailors": lambda *_: [_sailor(n) for n in range(1, 7)],
    "ships": lambda _, first: [_ship(n) for n in range(1, first + 1)],
    "events": lambda _, first: [_event(n) for n in range(1, first + 1)],
    "_entities": lambda _, representations: [_entity(each) for each in representations],
}


class Subgraphs:
    def __init__(self) -> None:
        self._schemas: dict[str, GraphQLSchema] = {
            name: build_schema(f"scalar _Any {text}") for name, text in _SCHEMAS.items()
        }
        self._known: dict[tuple[str, bytes], bytes] = {}
        self.asked = 0

    def answer(self, path: str, body: bytes) -> bytes:
        """The whole HTTP answer."""
        if path.startswith("/internal/"):
            return _http(orjson.dumps(_GRANTS))
        if path == "/asked":
            return _http(orjson.dumps(self.asked))
        self.asked += 1
        known = self._known.get((path, body))
        if known is None:
            known = self._known[path, body] = _http(self._execute(path.strip("/"), orjson.loads(body)))
        return known

    def _execute(self, name: str, asked: dict[str, Any]) -> bytes:
        result = graphql_sync(self._schemas[name], asked["query"], _ROOT, variable_values=asked.get("variables"))
        return orjson.dumps(result.formatted)


def _http(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


class _Connection(asyncio.Protocol):
    def __init__(self, subgraphs: Subgraphs) -> None:
        self._subgraphs = subgraphs
        self._parser = httptools.HttpRequestParser(self)
        self._path = ""
        self._body = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path, self._body = url.decode(), b""

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self._transport.write(self._subgraphs.answer(self._path, self._body))


async def _serve(port: int) -> None:
    subgraphs = Subgraphs()
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(subgraphs), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
