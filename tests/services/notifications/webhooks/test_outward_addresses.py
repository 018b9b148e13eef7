"""Nothing that is not public is ever called: each form ends refused, and a listener of this machine hears of none."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from ipaddress import IPv4Network

import pytest

from chassis.errors import Invalid
from services.notifications.adapters.webhook_sender import WebhookSender
from services.notifications.domain.outward_addresses import Address, Outward, as_address, is_public

FORMS = [
    *("http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "https://localhost:{port}/", "https://LOCALHOST:{port}/"),
    *("https://localhost.:{port}/", "https://127.0.0.1.:{port}/", "https://2130706433:{port}/"),
    *("https://0x7f000001:{port}/", "https://017700000001:{port}/", "https://0177.0.0.1:{port}/"),
    *("https://0x7f.0.0.1:{port}/", "https://0x7f.1:{port}/", "https://127.1:{port}/", "https://127.0.1:{port}/"),
    *("https://127.0.0.0x1:{port}/", "https://127.000.000.001:{port}/", "https://0:{port}/", "https://0.0.0.0:{port}/"),
    *("https://127.127.127.127:{port}/", "https://[::1]:{port}/", "https://[::]:{port}/"),
    *("https://[0:0:0:0:0:0:0:1]:{port}/", "https://[::ffff:127.0.0.1]:{port}/", "https://[::ffff:7f00:1]:{port}/"),
    *("https://[::127.0.0.1]:{port}/", "https://[::ffff:0:127.0.0.1]:{port}/", "https://[64:ff9b::7f00:1]:{port}/"),
    *("https://[64:ff9b:1::7f00:1]:{port}/", "https://[2002:7f00:1::]:{port}/", "https://[2001:0:7f00:1::]:{port}/"),
    *("https://[fe80::1]:{port}/", "https://[fe80::1%25lo]:{port}/", "https://[fe80::1%lo]:{port}/"),
    *("https://[::1%25lo]:{port}/", "https://[fc00::1]:{port}/", "https://[fd12:3456::1]:{port}/"),
    *("https://[ff02::1]:{port}/", "https://[2001:db8::1]:{port}/", "https://[fec0::1]:{port}/"),
    *("https://[100::1]:{port}/", "https://[5f00::1]:{port}/", "https://[127.0.0.1]:{port}/", "https://[v1.a]:{port}/"),
    *("https://10.0.0.1:{port}/", "https://172.16.0.1:{port}/", "https://192.168.0.1:{port}/"),
    *("https://169.254.169.254/latest/meta-data/", "https://100.64.0.1:{port}/", "https://192.0.0.1:{port}/"),
    *("https://192.0.2.1:{port}/", "https://198.51.100.1:{port}/", "https://203.0.113.1:{port}/"),
    *("https://198.18.0.1:{port}/", "https://192.88.99.1:{port}/", "https://224.0.0.1:{port}/"),
    *("https://240.0.0.1:{port}/", "https://255.255.255.255:{port}/"),
    *("https://user@127.0.0.1:{port}/", "https://user:secret@hooks.example:{port}/", "https://hooks.example@127.0.0.1:{port}/"),
    *("https://hooks.example:443@127.0.0.1:{port}/", "https://hooks.example\\@127.0.0.1:{port}/"),
    *("https://hooks.example#@127.0.0.1:{port}/", "https://127.0.0.1:{port}\\@hooks.example/"),
    *("https://127.0.0.1:{port}#", "https://①②⑦.⓪.⓪.①:{port}/", "https://１２７.０.０.１:{port}/"),
    *("https://127。0。0。1:{port}/", "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/", "https://loc\u00adalhost:{port}/"),
    *("https://127.0.0.1%00.hooks.example:{port}/", "https://127.0.0.1%2f@hooks.example:{port}/"),
    *("https://%31%32%37.0.0.1:{port}/", "https://127.0.0.1\t:{port}/", " https://127.0.0.1:{port}/"),
    *("https://127.0.0.1:{port}/\r\nHost: x", "https:127.0.0.1:{port}/", "https:/127.0.0.1:{port}/"),
    *("https:///127.0.0.1:{port}/", "//127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/", "file:///etc/passwd"),
    *("gopher://127.0.0.1:{port}/", "unix:///run/x.sock", "data:text/plain,x", "javascript:1", "", "https://"),
    *("https://hooks.example:0/", "https://hooks.example:65536/", "https://hooks.example:/", "https://hooks..example/"),
    *("https://.hooks.example/", "https://-.example/", "https://hooks.example:8o/", "https://hooks.example:-1/"),
    *("https://127.0.0.1:{port}?", "https://a,127.0.0.1:{port}/", "https://[::1]x:{port}/", "https://" + "a" * 3000),
]  # fmt: skip
LEADS_TO = [
    *("127.0.0.1", "0.0.0.0", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"),  # noqa: S104  # what a name leads to
    *("10.1.2.3", "169.254.169.254", "fe80::1%lo", "fd00::1", "100.100.100.200", "no address"),
]


@pytest.fixture
async def heard() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A port of this machine, and what came in there."""
    found: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], found


@pytest.mark.parametrize("form", FORMS)
async def test_no_form_of_an_address_leads_inside(heard: tuple[int, list[bytes]], form: str) -> None:
    port, found = heard
    answer = await WebhookSender(Outward(), seconds=3).send(form.replace("{port}", str(port)), {}, b"x")
    assert (answer.status, found) == (None, [])
    assert (answer.error or "").startswith("refused: ")


@pytest.mark.parametrize("inner", LEADS_TO)
async def test_a_name_that_leads_inside_is_refused_even_where_it_leads_outside_too(
    heard: tuple[int, list[bytes]], inner: str
) -> None:
    port, found = heard

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14", inner]

    answer = await WebhookSender(Outward(), resolve=resolve).send(f"https://hooks.example:{port}/", {}, b"x")
    assert (answer.error, found) == ("refused: its name leads to an address that is not public", [])


async def test_a_name_is_looked_up_once_so_that_it_cannot_lead_elsewhere_afterwards(
    heard: tuple[int, list[bytes]],
) -> None:
    port, found = heard
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["192.0.2.1" if len(asked) == 1 else "127.0.0.1"]

    outward = Outward([_network("192.0.2.0/24")])
    answer = await WebhookSender(outward, resolve=rebinding, seconds=0.5).send(f"http://hooks.example:{port}/", {}, b"")
    assert (answer.status, asked, found) == (None, ["hooks.example"], [])


async def test_without_tls_only_allowed_networks_are_called(heard: tuple[int, list[bytes]]) -> None:
    port, found = heard

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14"]

    outward = Outward([_network("127.0.0.1/32")])
    answer = await WebhookSender(outward, resolve=resolve).send("http://hooks.example/", {}, b"")
    assert answer.error == "refused: its name leads to an address that is not public"
    assert (await WebhookSender(outward).send(f"http://127.0.0.1:{port}/", {}, b"")).error is not None
    assert len(found) == 1


@pytest.mark.parametrize(
    "url",
    ["https://hooks.example.org", "https://hooks.example.org:8443/a?b=c", "https://93.184.215.14/", "https://xn--bcher-kva.example/x"],
)  # fmt: skip
def test_what_is_public_may_be_called(url: str) -> None:
    assert Outward().read(url).secure


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(_address(address))


@pytest.mark.parametrize("url", ["https://bücher.example/", "https://hooks.example/\x00"])
def test_what_is_wrong_with_an_address_is_said_of_its_field(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        Outward().read(url)
    assert refused.value.field == ("url",)


def _address(text: str) -> Address:
    found = as_address(text)
    assert found is not None
    return found


def _network(text: str) -> IPv4Network:
    return IPv4Network(text)
