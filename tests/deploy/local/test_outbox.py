"""The page of mails that were sent: it shows what is in them, and lets nothing of it act."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from deploy.local.outbox import shown_outbox

HOSTILE = (
    "Subject: <script>alert(1)</script>\r\nTo: Ada <ada@example.org>\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\n<img src=x>\r\n"
    "--b\r\nContent-Type: text/html\r\n\r\n<p>Hello</p><script>alert(2)</script>\r\n--b--\r\n"
)


NAME = "20260101T000000.000000-000001"


@pytest.fixture
async def address(place: Path) -> AsyncIterator[str]:
    place.mkdir(exist_ok=True)
    async with shown_outbox(place) as url:
        yield url.rstrip("/")


@pytest.fixture
def kept(place: Path, address: str) -> str:
    """With one hostile mail, and a file that is none."""
    (place / f"{NAME}.eml").write_text(HOSTILE)
    (place / "secret.json").write_text("{}")
    return address


async def get(url: str, **headers: str) -> tuple[int, str, str]:
    """Its status, its text, and what it lets browsers do."""
    async with aiohttp.ClientSession() as session, session.get(URL(url, encoded=True), headers=headers) as answer:
        return answer.status, await answer.text(), answer.headers.get("content-security-policy", "")


async def test_mails_are_listed_and_shown_in_a_frame_that_may_do_nothing(kept: str) -> None:
    _, listed, _ = pages = await get(kept)
    _, shown, _ = page = await get(f"{kept}/mails/{NAME}")
    _, content, policy = await get(f"{kept}/mails/{NAME}/content")

    assert f'href="/mails/{NAME}"' in listed
    for _, text, allowed in (pages, page):
        assert "&lt;script&gt;alert(1)" in text
        assert "<script" not in text
        assert allowed.startswith("default-src 'none'")
    assert 'sandbox=""' in shown
    assert "&lt;img src=x&gt;" in shown
    assert "<p>Hello</p>" in content
    assert policy.startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("name", ["secret", "..%2Fsecret", "nothing"])
async def test_only_mails_are_shown(kept: str, name: str) -> None:
    status, _, _ = await get(f"{kept}/mails/{name}")

    assert status == 404


async def test_pages_of_others_cannot_read_it_under_their_own_name(kept: str) -> None:
    status, _, _ = await get(kept, host="evil.example")

    assert status == 400


async def test_an_empty_outbox_says_so(address: str) -> None:
    _, text, _ = await get(address)

    assert "No mail yet" in text
