"""Mail goes into files, as it was sent, and nowhere else."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from pathlib import Path
from socket import create_server

import pytest

from deploy.local import mail_sink
from deploy.local.errors import CannotStart
from deploy.local.mail_sink import LARGEST, MailSink
from deploy.local.ports import HOST

# With what mail programs mend, and lines that SMTP itself has to wrap.
MESSAGE = "Subject: Größe\r\n\r\n.a line that begins with a dot\r\n..\r\nno space  \r\n\tend\r\n".encode()


@pytest.fixture
async def sink(place: Path) -> AsyncIterator[MailSink]:
    part = MailSink(place / "mail")
    await part.start()
    yield part
    await part.stop()


async def send(sink: MailSink, message: bytes = MESSAGE) -> None:
    def talk() -> None:
        with smtplib.SMTP(HOST, sink.port, timeout=10) as client:
            client.sendmail("registry@example.org", ["ada@example.org", "bo@example.org"], message)

    await asyncio.to_thread(talk)


def kept(place: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted((place / "mail").glob("*.eml"))]


async def test_a_message_is_kept_byte_for_byte(sink: MailSink, place: Path) -> None:
    await send(sink)

    assert kept(place) == [MESSAGE]
    assert {file.stat().st_mode & 0o077 for file in (place / "mail").iterdir()} == {0}


async def test_a_message_that_is_too_large_is_refused(sink: MailSink, place: Path) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
        await send(sink, b"x" * (LARGEST + 1))

    assert refusal.value.smtp_code == 552
    assert kept(place) == []


async def test_the_oldest_make_room(sink: MailSink, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_sink, "MOST", 2)
    for number in range(4):
        await send(sink, b"%d\r\n" % number)

    assert kept(place) == [b"2\r\n", b"3\r\n"]


async def test_what_cannot_be_kept_is_told_to_the_sender(sink: MailSink, place: Path) -> None:
    (place / "mail").rename(place / "away")
    with pytest.raises(smtplib.SMTPDataError, match="452"):
        await send(sink)

    (place / "away").rename(place / "mail")
    await send(sink)
    assert kept(place) == [MESSAGE]


async def test_a_stopped_sink_ends_its_sessions_and_comes_back_at_its_port(sink: MailSink, place: Path) -> None:
    reader, writer = await asyncio.open_connection(HOST, sink.port)
    greeting = await reader.readline()
    await sink.stop()

    assert greeting.startswith(b"220")
    assert await reader.read() == b""
    assert await sink.wait() == 0
    writer.close()
    again = MailSink(place / "mail")
    await again.start()
    assert again.port == sink.port
    await again.stop()


async def test_a_port_that_is_taken_is_told(place: Path) -> None:
    with create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"cannot listen on port {port} of {HOST}"):
            await MailSink(place / "mail", port=port).start()
