"""What a subgraph may do on the wire costs what it would have delivered, within its deadline, and one line a fault."""

import asyncio
import gzip
import logging
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from chassis.transport import HttpTransport
from gateway.executor import Engine, Limits, batches, places
from tests.support.subgraphs import Subgraph

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
BOOKS = "{ books { title copies } motto }"
TITLES = ("Steppe", "Fjord", "Delta")
GOOD = b'{"data": {"_entities": [{"copies": 2}, {"copies": 1}, {"copies": 0}]}}'
LARGEST = 100_000


def http(body: bytes, *headers: bytes, status: bytes = b"200 OK", length: int | None = None) -> bytes:
    head = [b"HTTP/1.1 " + status, b"content-length: %d" % (len(body) if length is None else length), *headers]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def chunked(*pieces: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"".join(pieces)


@dataclass
class Lending:
    """A server that says what a test wants said: each request gets these bytes, then `then` happens."""

    says: bytes = b""
    then: Talk | None = None
    port: int = 0
    asked: int = 0
    _talks: list[asyncio.Task[Any]] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            self._talks.append(task)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))
                self.asked += 1
                writer.write(self.says)
                if self.then is not None:
                    await self.then(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def end(self) -> None:
        for task in self._talks:
            task.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)


@pytest.fixture
async def lending() -> AsyncIterator[Lending]:
    server = Lending()
    async with await asyncio.start_server(server.talk, "127.0.0.1", 0) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server
        await server.end()


@dataclass
class Library:
    engine: Engine
    catalogue: Subgraph

    async def ask(self, query: str) -> dict[str, Any]:
        async with asyncio.timeout(10):
            answer = await self.engine.execute(self.engine.prepare(query))
        told: dict[str, Any] = orjson.loads(answer.to_bytes())
        return told


@pytest.fixture
async def library(open_concept: Callable[..., Any], lending: Lending) -> AsyncIterator[Library]:
    """`catalogue` answers as it should, in this process; `lending` is somewhere else."""
    concept = open_concept("library")
    away = HttpTransport(largest=LARGEST)

    class Transport(HttpTransport):
        async def post(self, url: str, *given: Any, **named: Any) -> Any:
            return await (away if "127.0.0.1" in url else concept.transport).post(url, *given, **named)

    addresses = {"lending": f"http://127.0.0.1:{lending.port}/graphql"}
    limits = Limits(fetch_seconds=0.2, request_seconds=5)
    yield Library(Engine(concept.sdl, Transport(), addresses, limits=limits), concept.subgraphs["catalogue"])
    await away.close()


async def stall(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await writer.drain()
    writer.close()


async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The end of a process, and not of a conversation: RST instead of FIN."""
    await writer.drain()
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte from time to time, for ever: no pause is long, and nothing ever comes of it."""
    while not writer.is_closing():
        writer.write(b" ")
        await asyncio.sleep(0.01)


TWICE, ONCE = 2, 1  # what broke off is asked again; an answer, whatever it is, or all the time gone by, is not
CASES = {
    "closes at once": (b"", hang_up, TWICE),
    "resets at once": (b"", reset, TWICE),
    "slow headers": (b"HTTP/1.1 200 OK\r\n", stall, ONCE),
    "slow body": (http(GOOD[:20], length=len(GOOD)), stall, ONCE),
    "dripping body": (http(b"", length=50_000), drip, ONCE),
    "half a body, then the end": (http(GOOD[:20], length=len(GOOD)), hang_up, TWICE),
    "half a body, then a reset": (http(GOOD[:20], length=len(GOOD)), reset, TWICE),
    "half a chunk, then the end": (chunked(b"%x\r\n" % len(GOOD), GOOD[:20]), hang_up, TWICE),
    "a length that is no number": (b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n" + GOOD, None, TWICE),
    "two lengths": (http(GOOD, b"content-length: 3"), None, TWICE),
    "chunks of garbage": (chunked(b"zz\r\n", GOOD), None, TWICE),
    "a huge body": (http(b'{"data": "' + b"x" * LARGEST + b'"}'), None, TWICE),
    "huge headers": (http(GOOD, b"x-a: " + b"x" * LARGEST), None, TWICE),
    "endless headers": (b"HTTP/1.1 200 OK\r\n" + b"x-a: 1\r\n" * 20_000, stall, TWICE),
    "no HTTP at all": (b"SSH-2.0-OpenSSH_9.2\r\n", None, TWICE),
    "only a word in between": (b"HTTP/1.1 100 Continue\r\n\r\n", stall, ONCE),
    "another protocol": (
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        stall,
        TWICE,
    ),
    "a body cut short by its length": (http(GOOD, length=20), None, ONCE),
    "a redirection": (http(b"", b"location: http://127.0.0.1:1/", status=b"302 Found"), None, ONCE),
    "compressed unasked": (http(gzip.compress(GOOD), b"content-encoding: gzip"), None, ONCE),
    "nothing": (http(b""), None, ONCE),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", None, ONCE),
    "a status of its own": (http(GOOD, status=b"503 Service Unavailable"), None, ONCE),
    "HTML": (http(b"<html>Sign in to the network</html>", b"content-type: text/html"), None, ONCE),
    "half of the JSON": (http(GOOD[:-3]), None, ONCE),
    "two answers in one": (http(GOOD + GOOD), None, ONCE),
    "bytes that are no text": (http(b'{"data": {"_entities": ["\xff\xfe"]}}'), None, ONCE),
    "brackets without end": (http(b"[" * 50_000), None, ONCE),
    "a number that is none": (http(b'{"data": {"_entities": [{"copies": NaN}]}}'), None, ONCE),
    "too few entities": (http(b'{"data": {"_entities": [{"copies": 2}]}}'), None, ONCE),
    "too many entities": (http(b'{"data": {"_entities": [' + b'{"copies": 2},' * 3 + b"null]}}"), None, ONCE),
}


@pytest.mark.parametrize("trouble", CASES)
async def test_whatever_comes_the_rest_is_answered_and_each_fault_is_one_line(
    trouble: str, library: Library, lending: Lending, caplog: pytest.LogCaptureFixture
) -> None:
    lending.says, lending.then, times = CASES[trouble]
    with capture_logs() as lines, caplog.at_level(logging.DEBUG):
        answer = await library.ask(BOOKS)
        await asyncio.sleep(0)

    assert answer == {
        "data": {"books": [{"title": title, "copies": None} for title in TITLES], "motto": "read"},
        "errors": [
            {
                "message": "The service lending did not answer.",
                "path": ["books", 0, "copies"],
                "extensions": {"code": "SERVICE_UNAVAILABLE", "service": "lending"},
            }
        ],
    }
    assert (lending.asked, len(library.catalogue.bodies)) == (times, 1)
    assert [line["event"] for line in lines] == ["subgraph_retried"] * (times - 1) + ["subgraph_unavailable"]
    assert {line["service"] for line in lines} == {"lending"}
    assert all(0 < len(line["reason"]) < 200 for line in lines)
    assert [record for record in caplog.records if record.name != "asyncio" or record.levelno > logging.DEBUG] == []


@pytest.mark.parametrize(
    ("entities", "seen", "codes"),
    [
        (b'[{"copies": "2"}, {"copies": 1}, {"copies": 0}]', [None, 1, 0], ["INTERNAL"]),
        (b'[{"copies": {"a": 1}}, {"copies": [1]}, {"copies": 0}]', [None, None, 0], ["INTERNAL"] * 2),
        (b"[null, 7, {}]", [None, None, None], []),
        (b'[{"copies": 2, "title": "stolen"}, {"copies": 1, "more": 1}, {"copies": 0}]', [2, 1, 0], []),
    ],
)
async def test_values_of_wrong_types_cost_their_own_places_only(
    entities: bytes, seen: list[int | None], codes: list[str], library: Library, lending: Lending
) -> None:
    lending.says = http(b'{"data": {"_entities": ' + entities + b"}}")
    with capture_logs() as lines:
        answer = await library.ask(BOOKS)

    books = answer["data"]["books"]
    assert [book["copies"] for book in books] == seen
    assert [error["extensions"]["code"] for error in answer.get("errors", ())] == codes
    assert [book["title"] for book in books] == list(TITLES)
    assert lines == []


async def test_a_subgraph_that_recovers_is_used_again(library: Library, lending: Lending) -> None:
    lending.then = reset
    assert "errors" in await library.ask(BOOKS)

    lending.says, lending.then = http(GOOD), None
    assert "errors" not in await library.ask(BOOKS)


async def test_many_errors_of_one_answer_are_told_where_they_belong_and_are_one_line(
    library: Library, lending: Lending
) -> None:
    errors = [{"message": f"Shelf {n} fell.", "path": ["_entities", n, "copies"]} for n in (2, 0, 1, 7, -1, "x")]
    body = {"data": {"_entities": [{"copies": None}] * 3}, "errors": errors}
    lending.says = http(orjson.dumps(body))
    with capture_logs() as lines:
        answer = await library.ask(BOOKS)

    assert [error["path"][1] for error in answer["errors"]] == [2, 0, 1]
    assert [(line["event"], line["message"], line["more"]) for line in lines] == [
        ("subgraph_error_masked", "Shelf 2 fell.", 5)
    ]


async def test_a_thousand_errors_are_placed_by_one_look_at_the_answer(
    library: Library, lending: Lending, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def first_places(*given: Any) -> dict[int, Any]:
        looks.append(1)
        return places.first_places(*given)

    monkeypatch.setattr(batches, "first_places", first_places)
    errors = [{"message": "no", "path": ["_entities", n % 3, "copies", n]} for n in range(1_000)]
    lending.says = http(orjson.dumps({"data": {"_entities": [None] * 3}, "errors": errors}))

    assert len((await library.ask(BOOKS))["errors"]) == 1_000
    assert looks == [1]
