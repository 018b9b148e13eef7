"""What comes before a request's body is bounded in bytes and in time, because nobody knows yet who sends it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from unittest.mock import Mock

import pytest

from chassis import http_server
from chassis.http_server import JoinedWrites
from chassis.serving import new_server

Dial = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
END = b"\r\n\r\n"


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """The size of the body, and how many headers there were."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message["body"]), message["more_body"]
    text = f"{size} {len(scope['headers'])}".encode()
    headers = [(b"content-length", b"%d" % len(text))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


@pytest.fixture
async def dial() -> AsyncIterator[Dial]:
    """Opens a connection to a server."""
    ready = asyncio.Event()
    server = new_server(answer, host="127.0.0.1", port=0, announce=ready.set)
    serving = asyncio.create_task(server.serve())
    await ready.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    writers: list[asyncio.StreamWriter] = []

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        return reader, writer

    yield connect
    for writer in writers:
        writer.close()
    server.should_exit = True
    await serving


async def heard(reader: asyncio.StreamReader) -> bytes:
    """The status line and the body of an answer."""
    async with asyncio.timeout(20):
        head = await reader.readuntil(END)
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        return head.split(b"\r\n")[0].partition(b" ")[2] + b" " + await reader.readexactly(length)


async def pour(writer: asyncio.StreamWriter, *pieces: bytes) -> None:
    for piece in pieces:
        writer.write(piece)
        await writer.drain()


async def test_a_request_may_come_in_pieces_and_have_a_large_body(dial: Dial) -> None:
    reader, writer = await dial()
    for _ in range(2):
        for piece in (b"PO", b"ST /x HTTP/1.1\r\nho", b"st: x\r\ncontent-length: 400000", END, b"x" * 400_000):
            await pour(writer, piece)
            await asyncio.sleep(0)
        assert await heard(reader) == b"200 OK 400000 2"


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        (b"GET /", b"a" * 1_000),
        (b"GET / HTTP/1.1\r\nhost: x\r\nx-a: ", b"a" * 1_000),
        (b"GET / HTTP/1.1\r\nhost: x\r\n", b"x-a: 1\r\n" * 100),
    ],
)
async def test_a_line_or_headers_without_end_are_cut_off(dial: Dial, before: bytes, piece: bytes) -> None:
    reader, writer = await dial()
    enough = (before + piece * 400)[: http_server.MOST_HEAD + 1]
    await pour(writer, enough[: http_server.MOST_HEAD // 2])
    await asyncio.sleep(0.05)  # what comes whole is not counted
    await pour(writer, enough[http_server.MOST_HEAD // 2 :])

    assert await heard(reader) == b"431 Request Header Fields Too Large "
    assert await reader.read() == b""


async def test_headers_up_to_the_limit_are_read_also_of_many_requests(dial: Dial) -> None:
    reader, writer = await dial()
    for _ in range(3):
        await pour(writer, b"GET / HTTP/1.1\r\nhost: x\r\n", b"x-a: 1\r\n" * 12_000)
        await pour(writer, b"\r\n")
        assert await heard(reader) == b"200 OK 0 12001"


async def test_who_does_not_come_to_the_end_of_the_headers_is_not_waited_for(
    dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.05)
    reader, writer = await dial()
    await pour(writer, b"GET / HTTP/1.1\r\nhost: x\r\n")

    async with asyncio.timeout(20):
        assert await reader.read() == b""


async def test_who_comes_to_the_end_in_time_has_time_for_the_rest(dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.2)
    reader, writer = await dial()
    await pour(writer, b"POST / HTTP/1.1\r\nhost: x\r\n")
    await asyncio.sleep(0.05)
    await pour(writer, b"content-length: 2\r\n\r\n")
    await asyncio.sleep(0.3)
    await pour(writer, b"xy")

    assert await heard(reader) == b"200 OK 2 2"


@pytest.fixture
def wire() -> Mock:
    return Mock(spec=asyncio.Transport)


def written(wire: Mock) -> list[bytes]:
    return [call.args[0] for call in wire.write.call_args_list]


async def test_the_head_of_an_answer_leaves_with_its_body(wire: Mock) -> None:
    joined = JoinedWrites(wire)
    joined.write(b"HTTP/1.1 200 OK\r\n\r\n")
    joined.write(b"hello")
    joined.write(b"again")
    await asyncio.sleep(0)

    assert written(wire) == [b"HTTP/1.1 200 OK\r\n\r\nhello", b"again"]


async def test_a_head_whose_body_comes_later_does_not_wait_for_it(wire: Mock) -> None:
    joined = JoinedWrites(wire)
    joined.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    await asyncio.sleep(0)
    joined.writelines([b"la", b"ter"])

    assert written(wire) == [b"HTTP/1.1 100 Continue\r\n\r\n", b"later"]


async def test_a_head_leaves_before_the_connection_is_closed(wire: Mock) -> None:
    joined = JoinedWrites(wire)
    joined.write(b"HTTP/1.1 431 No\r\n\r\n")
    joined.close()

    assert [call[0] for call in wire.method_calls] == ["write", "close"]
    assert joined.is_closing is wire.is_closing
