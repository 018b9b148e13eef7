"""What an HTTP client meets on the wire and no application says: connections that end, lie, or never end."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chassis.errors import Fault
from chassis.transport import HttpTransport

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
Until = Callable[[Callable[[], bool]], Awaitable[None]]


@dataclass
class Wire:
    """A server that sends these bytes for each request, and ends the connection where `END` stands."""

    answers: list[bytes | None] = field(default_factory=list)
    connections: int = 0
    at_once: int = 0
    requests: list[bytes] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.at_once += 1
        try:
            while await self._answer(reader, writer):
                pass
        except ConnectionError:
            pass
        finally:
            self.at_once -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return False
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        self.requests.append(head + await reader.readexactly(length))
        await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else OK
        if answer is None:
            return False
        writer.write(answer)
        await writer.drain()
        return not answer.endswith(END)

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


END = b"<end>"


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    wire.gate.set()
    server = await asyncio.start_server(wire.talk, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    async with server:
        yield wire
        wire.gate.set()
        server.close()


@pytest.fixture
async def transport() -> AsyncIterator[HttpTransport]:
    made = HttpTransport(connections=2, largest=100_000)
    yield made
    await made.close()


async def _post(transport: HttpTransport, wire: Wire, *, timeout: float = 20) -> bytes:
    return (await transport.post(wire.url(), b"{}", {}, timeout=timeout)).body


async def test_one_connection_serves_one_request_after_another(transport: HttpTransport, wire: Wire) -> None:
    assert [await _post(transport, wire) for _ in range(3)] == [b"ok"] * 3
    assert wire.connections == 1


async def test_a_connection_that_is_to_be_closed_is_not_used_again(transport: HttpTransport, wire: Wire) -> None:
    wire.answers = [OK.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")]
    assert [await _post(transport, wire) for _ in range(2)] == [b"ok"] * 2
    assert wire.connections == 2


async def test_an_idle_connection_is_not_trusted_for_ever(wire: Wire) -> None:
    transport = HttpTransport(idle_seconds=0)
    await _post(transport, wire)
    await asyncio.sleep(0.001)
    await _post(transport, wire)
    assert wire.connections == 2
    await transport.close()


async def test_who_finds_no_free_connection_waits(transport: HttpTransport, wire: Wire, until: Until) -> None:
    wire.gate.clear()
    calls = [asyncio.create_task(_post(transport, wire)) for _ in range(5)]
    await until(lambda: len(wire.requests) == 2)
    assert wire.at_once == 2
    wire.gate.set()
    assert await asyncio.gather(*calls) == [b"ok"] * 5
    assert wire.connections == 2


async def test_waiting_for_a_connection_counts_as_waiting(transport: HttpTransport, wire: Wire, until: Until) -> None:
    wire.gate.clear()
    calls = [asyncio.create_task(_post(transport, wire)) for _ in range(2)]
    await until(lambda: len(wire.requests) == 2)
    with pytest.raises(Fault, match=r"no answer within 0\.05 s"):
        await _post(transport, wire, timeout=0.05)
    wire.gate.set()
    await asyncio.gather(*calls)


async def test_a_connection_closed_while_idle_is_replaced(transport: HttpTransport, wire: Wire, until: Until) -> None:
    wire.answers = [OK + END]
    await _post(transport, wire)
    await until(lambda: wire.at_once == 0)
    assert await _post(transport, wire) == b"ok"


async def test_nothing_is_sent_twice_and_who_tries_again_gets_a_new_connection(
    transport: HttpTransport, wire: Wire, until: Until
) -> None:
    wire.gate.clear()
    calls = [asyncio.create_task(_post(transport, wire)) for _ in range(2)]
    await until(lambda: len(wire.requests) == 2)
    wire.gate.set()
    await asyncio.gather(*calls)
    wire.answers = [None]
    with pytest.raises(Fault, match="closed"):
        await _post(transport, wire)
    assert len(wire.requests) == 3
    assert await _post(transport, wire) == b"ok"
    assert wire.connections == 3


async def test_bytes_after_an_answer_do_not_become_the_next_one(transport: HttpTransport, wire: Wire) -> None:
    forged = OK.replace(b"ok", b"no").replace(b"\r\n\r\n", b"\r\nx-forged: yes\r\n\r\n")
    wire.answers = [OK + forged]
    first = await transport.post(wire.url(), b"{}", {}, timeout=20)
    assert (first.body, dict(first.headers)) == (b"ok", {"content-length": "2"})
    assert await _post(transport, wire) == b"ok"
    assert wire.connections == 2


async def test_words_in_between_are_passed_over(transport: HttpTransport, wire: Wire) -> None:
    wire.answers = [b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + OK]
    answer = await transport.post(wire.url(), b"{}", {}, timeout=20)
    assert (answer.status, answer.body, dict(answer.headers)) == (200, b"ok", {"content-length": "2"})


async def test_a_body_without_length_ends_with_the_connection(transport: HttpTransport, wire: Wire) -> None:
    wire.answers = [b"HTTP/1.1 200 OK\r\n\r\nall there is" + END]
    assert await _post(transport, wire) == b"all there is" + END


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n" + bytes(200_000),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"2\r\nok\r\n" * 50_000,
        b"HTTP/1.1 200 OK\r\n" + b"x-more: and more\r\n" * 50_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000,
    ],
    ids=["length", "chunks", "headers", "words in between"],
)
async def test_an_answer_without_end_is_cut(transport: HttpTransport, wire: Wire, answer: bytes) -> None:
    wire.answers = [answer]
    with pytest.raises(Fault, match="more than 100000 bytes"):
        await _post(transport, wire)
    assert await _post(transport, wire) == b"ok"


@pytest.mark.parametrize(
    "answer",
    [
        b"220 mail.example.org ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nok\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
    ],
    ids=["another protocol", "two lengths", "no chunk", "another protocol wished"],
)
async def test_what_is_not_http_is_a_fault(transport: HttpTransport, wire: Wire, answer: bytes) -> None:
    wire.answers = [answer]
    with pytest.raises(Fault, match="not HTTP"):
        await _post(transport, wire)
    assert await _post(transport, wire) == b"ok"


async def test_a_chunked_body_that_breaks_off_is_a_fault(transport: HttpTransport, wire: Wire) -> None:
    wire.answers = [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n" + END]
    with pytest.raises(Fault, match="broke its answer off"):
        await _post(transport, wire)


async def test_an_answer_nobody_waits_for_meets_nobody(transport: HttpTransport, wire: Wire, until: Until) -> None:
    wire.gate.clear()
    with pytest.raises(Fault, match="within"):
        await _post(transport, wire, timeout=0.05)
    wire.answers = [OK.replace(b"ok", b"no"), OK]
    wire.gate.set()
    await until(lambda: wire.at_once == 0)
    assert await _post(transport, wire) == b"ok"


async def test_closing_ends_what_is_under_way(transport: HttpTransport, wire: Wire, until: Until) -> None:
    wire.gate.clear()
    call = asyncio.create_task(_post(transport, wire))
    await until(lambda: len(wire.requests) == 1)
    await transport.close()
    with pytest.raises(Fault):
        await call


@pytest.mark.parametrize("header", ["a\r\nx-injected: 1", "a\nb", "a\rb"])
async def test_a_header_cannot_begin_another(transport: HttpTransport, wire: Wire, header: str) -> None:
    with pytest.raises(Fault, match="line breaks"):
        await transport.post(wire.url(), b"{}", {"x-name": header}, timeout=20)
    assert wire.requests == []


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "graphql", "http://127.0.0.1:port/", "http://"])
async def test_what_is_no_address_is_a_fault(transport: HttpTransport, url: str) -> None:
    with pytest.raises(Fault):
        await transport.post(url, b"{}", {}, timeout=20)


async def test_what_may_not_stand_in_a_request_line_is_quoted(transport: HttpTransport, wire: Wire) -> None:
    await transport.post(wire.url("/a b/ä?q=ü b&c=%20"), b"{}", {}, timeout=20)
    assert wire.requests[0].startswith(b"POST /a%20b/%C3%A4?q=%C3%BC%20b&c=%20 HTTP/1.1\r\n")


async def test_https_is_spoken_with_those_whose_certificate_is_trusted(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _certificate(tmp_path)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(file)
    async with await asyncio.start_server(wire.talk, "127.0.0.1", 0, ssl=secure) as server:
        url = f"https://localhost:{server.sockets[0].getsockname()[1]}/"
        stranger = HttpTransport()
        with pytest.raises(Fault, match="certificate"):
            await stranger.post(url, b"{}", {}, timeout=20)
        await stranger.close()
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        friend = HttpTransport()
        assert (await friend.post(url, b"{}", {}, timeout=20)).body == b"ok"
        await friend.close()


def _certificate(folder: Path) -> Path:
    """A file with a fresh key and a certificate for localhost that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    later = now + dt.timedelta(hours=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, later)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "localhost.pem"
    file.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
        + made.sign(key, hashes.SHA256()).public_bytes(encoding)
    )
    return file
