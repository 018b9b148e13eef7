"""Asking clamd: what is clean, what is found, and that everything uncertain is a fault."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chassis.errors import Fault
from services.files.adapters.clamav import ClamAV, NoScanner, TooLarge

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PATIENT = {"connect": 30.0, "take": 30.0, "verdict": 30.0}
QUICK = {"connect": 30.0, "take": 0.3, "verdict": 0.3}


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece


async def received(reader: asyncio.StreamReader) -> bytes:
    """The file, as clamd reads it."""
    assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
    found = b""
    while length := int.from_bytes(await reader.readexactly(4)):
        found += await reader.readexactly(length)
    return found


def answering(answer: bytes) -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await received(reader)
        writer.write(answer)
        await writer.drain()

    return behave


@asynccontextmanager
async def serving(
    behave: Behaviour, path: Path | None = None, waits: dict[str, float] = PATIENT
) -> AsyncIterator[ClamAV]:
    done = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await behave(reader, writer)
        except (EOFError, OSError):
            pass
        finally:
            writer.close()
            done.set()

    server = await (asyncio.start_unix_server(handle, path) if path else asyncio.start_server(handle, "127.0.0.1", 0))
    try:
        yield ClamAV(f"unix:{path}" if path else f"127.0.0.1:{server.sockets[0].getsockname()[1]}", **waits)
        async with asyncio.timeout(30):
            await done.wait()
    finally:
        server.close()
        await server.wait_closed()


async def test_a_clean_file_is_clean_and_arrives_whole() -> None:
    got = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await received(reader))
        writer.write(b"stream: OK\0")

    async with serving(behave) as clamav:
        assert await clamav.scan(pieces(b"first ", b"", b"second" * 50_000)) is None

    assert got == [b"first " + b"second" * 50_000]


async def test_what_is_found_is_named_and_its_name_can_be_shown() -> None:
    async with serving(answering(b"stream: Eicar-Signature FOUND\0")) as clamav:
        assert await clamav.scan(pieces(b"a")) == "Eicar-Signature"
    async with serving(answering("stream: <b>\u202eX\r\n FOUND\0".encode())) as clamav:
        assert await clamav.scan(pieces(b"a")) == "_b__X__"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",
        b"stream: not OK\0",
        b"OK\0",
        b"\0",
        b"stream:  FOUND\0",
        b"stream: Can't allocate memory ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"\xff\xfe\0",
        b"a" * 100_000,
    ],
)
async def test_an_answer_that_is_no_verdict_is_a_fault(answer: bytes) -> None:
    async with serving(answering(answer)) as clamav:
        with pytest.raises(Fault) as fault:
            await clamav.scan(pieces(b"a"))

    assert not isinstance(fault.value, TooLarge)


async def test_a_file_that_is_too_large_for_it_is_a_fault_of_its_own() -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(100_000)
        writer.write(b"INSTREAM size limit exceeded. ERROR\0")
        await writer.drain()

    async with serving(behave) as clamav:
        with pytest.raises(TooLarge):
            await clamav.scan(pieces(*[bytes(10_000)] * 200))


async def test_a_verdict_before_the_end_of_the_file_counts_for_nothing() -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1000)
        writer.write(b"stream: OK\0")
        await writer.drain()
        while await reader.read(2**16):
            pass

    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield bytes(1000)
            await asyncio.sleep(0.01)

    async with serving(behave) as clamav:
        with pytest.raises(Fault, match="before it had the whole file"):
            await clamav.scan(slowly())


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def hang_up_in_the_middle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(5000)
    writer.transport.abort()


async def hang_up_before_the_verdict(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await received(reader)
    writer.transport.abort()


async def say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await received(reader)
    await reader.read()


async def stop_in_the_middle_of_the_verdict(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await received(reader)
    writer.write(b"stream: ")
    await reader.read()


async def take_nothing(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(1)


@pytest.mark.parametrize(
    "behave",
    [
        hang_up,
        hang_up_in_the_middle,
        hang_up_before_the_verdict,
        say_nothing,
        stop_in_the_middle_of_the_verdict,
        take_nothing,
    ],
)
async def test_whatever_it_fails_by_is_a_fault(behave: Behaviour) -> None:
    async with serving(behave, waits=QUICK) as clamav:
        with pytest.raises(Fault):
            await clamav.scan(pieces(*[bytes(2**20)] * 40))


async def test_nobody_there_is_a_fault(tmp_path: Path) -> None:
    for address in ("127.0.0.1:9", f"unix:{tmp_path / 'none'}"):
        with pytest.raises(Fault, match="nobody answers"):
            await ClamAV(address).scan(pieces(b"a"))
        with pytest.raises(Fault):
            await ClamAV(address).check()


async def test_a_source_that_fails_ends_the_talk_without_a_verdict() -> None:
    ended = asyncio.get_running_loop().create_future()

    async def behave(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        try:
            ended.set_result(await received(reader))
        except (EOFError, OSError):
            ended.set_result(None)

    async def failing() -> AsyncIterator[bytes]:
        yield b"a" * 1000
        raise Fault("object store", "gone")

    async with serving(behave) as clamav:
        with pytest.raises(Fault, match="object store"):
            await clamav.scan(failing())

    assert await ended is None


async def test_a_unix_socket_is_spoken_to_likewise(tmp_path: Path) -> None:
    async with serving(answering(b"stream: OK\0"), tmp_path / "clamd") as clamav:
        assert await clamav.scan(pieces(b"a")) is None
    async with serving(hang_up, tmp_path / "other") as clamav:
        await clamav.check()


async def test_without_a_scanner_nothing_is_found() -> None:
    assert await NoScanner().scan(pieces(b"a")) is None
