"""Whatever bytes come, in whatever pieces: a whole answer or a reason, and never a connection that lies."""

import asyncio
from itertools import pairwise
from typing import Any
from unittest.mock import Mock

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.http_connection import Broken, Connection, Response

WHOLE = (
    b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nX-A: 1\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-a: 1\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nx-a: 1\r\n\r\nhello",
)
_broken = st.one_of(
    st.binary(max_size=60),
    st.tuples(st.sampled_from(WHOLE), st.integers(0, 80), st.binary(max_size=6)).map(
        lambda given: given[0][: given[1]] + given[2] + given[0][given[1] + len(given[2]) :]
    ),
)


def _later() -> float:
    return asyncio.get_running_loop().time() + 60


class _Wire:
    """A connection whose other end is the test."""

    def __init__(self) -> None:
        self.connection = Connection(largest=1_000)
        self.transport = Mock(spec=asyncio.Transport)
        self.transport.is_closing.return_value = False
        self.transport.get_write_buffer_size.return_value = 0
        self.connection.connection_made(self.transport)

    async def hear(self, pieces: list[bytes]) -> Response | Broken:
        """What is made of these pieces and the end of the connection after them."""
        asking = asyncio.create_task(self.connection.ask(b"", _later()))
        await asyncio.sleep(0)
        for piece in pieces:
            self.connection.data_received(piece)
        if not asking.done():
            self.connection.eof_received()
            self.connection.connection_lost(None)
        (outcome,) = await asyncio.gather(asking, return_exceptions=True)
        assert isinstance(outcome, Response | Broken)
        return outcome


def _cut(text: bytes, places: list[int]) -> list[bytes]:
    marks = [0, *sorted(places), len(text)]
    return [piece for start, end in pairwise(marks) if (piece := text[start:end])]


@settings(deadline=None, max_examples=300)
@given(text=st.sampled_from(WHOLE), places=st.lists(st.integers(0, 120), max_size=6))
def test_a_whole_answer_is_the_same_in_whatever_pieces_it_comes(text: bytes, places: list[int]) -> None:
    async def hear() -> Any:
        return await _Wire().hear(_cut(text, places))

    answer = asyncio.run(hear())
    assert isinstance(answer, Response)
    assert (answer.status, answer.body, answer.headers["x-a"]) == (200, b"hello", "1")


@settings(deadline=None, max_examples=500)
@given(text=_broken, places=st.lists(st.integers(0, 120), max_size=4))
def test_a_broken_answer_ends_in_an_answer_or_a_reason(text: bytes, places: list[int]) -> None:
    async def hear() -> None:
        wire = _Wire()
        outcome = await wire.hear(_cut(text, places))
        if isinstance(outcome, Broken):
            assert not wire.connection.usable
            assert outcome.heard == bool(text)
            wire.transport.abort.assert_called()

    asyncio.run(hear())


async def test_an_answer_before_the_end_of_the_request_ends_the_connection() -> None:
    wire = _Wire()
    wire.transport.get_write_buffer_size.return_value = 1
    assert isinstance(await wire.hear([WHOLE[0]]), Response)
    wire.transport.abort.assert_called_once()


async def test_who_is_cancelled_after_the_answer_came_ends_the_connection() -> None:
    wire = _Wire()
    asking = asyncio.create_task(wire.connection.ask(b"", _later()))
    await asyncio.sleep(0)
    wire.connection.data_received(WHOLE[0])
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    wire.transport.abort.assert_called_once()


async def test_bytes_nobody_asked_for_end_the_connection() -> None:
    wire = _Wire()
    wire.connection.data_received(WHOLE[0])
    wire.transport.abort.assert_called_once()
    assert not wire.connection.usable


@settings(deadline=None)
@given(answers=st.lists(st.sampled_from(WHOLE[:2]), min_size=2, max_size=4), places=st.lists(st.integers(0, 120)))
def test_each_answer_of_a_connection_is_read_from_its_beginning(answers: list[bytes], places: list[int]) -> None:
    async def hear() -> None:
        wire = _Wire()
        for text in answers:
            asking = asyncio.create_task(wire.connection.ask(b"", _later()))
            await asyncio.sleep(0)
            for piece in _cut(text, places):
                wire.connection.data_received(piece)
            answer = await asking
            assert (answer.body, answer.headers["x-a"], wire.connection.usable) == (b"hello", "1", True)

    asyncio.run(hear())
