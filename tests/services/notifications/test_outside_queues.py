"""Queues of the broker for other systems, made and removed by a command, on a real RabbitMQ with its management API."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import aio_pika
import pytest
from aio_pika.exceptions import AMQPException
from aiormq.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused

from chassis.broker.amqp import AmqpBroker
from chassis.errors import Fault
from chassis.events import Envelope
from chassis.settings import SettingsError
from deploy.local.ports import HOST, pick
from deploy.local.rabbitmq.programs import find_programs
from deploy.local.rabbitmq.server import RabbitServer
from services.notifications.__main__ import _outside
from services.notifications.domain.outside_queues import ARGUMENTS, OutsideQueue
from services.notifications.domain.public_events import INTERNAL, PUBLIC, Stream
from tests.support.contracts import read_sample
from tests.support.rabbitmq import channel_to, has, take, waiting

pytestmark = pytest.mark.timeout(240)
DOCS = Path(__file__).parents[3] / "docs"
EXAMPLE, GUIDE = DOCS / "examples" / "follow_events.py", DOCS / "events.md"
NORTH, SOUTH = uuid4(), uuid4()
QUEUE = f"outside.siem.{NORTH}"
Tell = Callable[..., Any]


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SimpleNamespace]:
    """A node of its own; `management` is where its management API is."""
    made = RabbitServer(tmp_path_factory.mktemp("rabbitmq"))
    await made.start()
    try:
        port = pick()
        listener = f'[{{port, {port}}}, {{ip, "{HOST}"}}]'
        await made.control(
            "eval", f"application:set_env(rabbitmq_management, tcp_config, {listener}, [{{persistent, true}}])."
        )
        await enable_management(made)
        login = urlsplit(made.url).netloc.rpartition("@")[0]
        yield SimpleNamespace(node=made, url=made.url, management=f"http://{login}@{HOST}:{port}")
    finally:
        await made.stop()


async def enable_management(server: RabbitServer) -> None:
    programs = find_programs()
    process = await asyncio.create_subprocess_exec(
        programs.scripts / "rabbitmq-plugins", "--quiet", "enable", "rabbitmq_management",
        env=server._configuration.environment(programs, server._ports), stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await process.wait() == 0


@pytest.fixture
async def tell(server: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Tell]:
    """Publishes events as the services do; nothing of other systems is there before and after."""
    monkeypatch.setenv("NOTIFICATIONS_AMQP_URL", server.url)
    monkeypatch.setenv("NOTIFICATIONS_AMQP_MANAGEMENT_URL", server.management)
    broker = AmqpBroker(server.url, "services")

    async def publish(*events: Envelope) -> None:
        await broker.publish(events)

    yield publish
    await broker.close()
    for subscriber in ("siem", "siem-2"):
        await outside("remove", subscriber)


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not await holds():
            await asyncio.sleep(0.1)


async def outside(*words: str) -> int:
    return await _outside(None, words)  # type: ignore[arg-type]  # it opens no runtime


def event(source: str, kind: str, company: UUID | None, **given: Any) -> Envelope:
    sample = replace(read_sample("incident.registered.v1"), id=uuid4(), source=source, type=kind, subject=uuid4())
    return replace(sample, company_id=company, **given)


async def test_it_gets_every_public_event_of_its_company_and_of_none(
    tell: Tell, server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await outside("add", "siem", str(NORTH)) == 0
    ours = [event(source, kind, NORTH) for source, kind in PUBLIC]
    everyones = [event("directories", "directory.locale_changed.v1", None)]

    await tell(*ours, *everyones)

    await until(has(server.url, QUEUE, len(ours) + 1))
    got = [Envelope.from_json((await take(server.url, QUEUE)).body) for _ in range(len(ours) + 1)]
    assert got == [*ours, *everyones]
    told = capsys.readouterr().out
    bindings = OutsideQueue.of("siem", str(NORTH)).bindings()
    of_none = [each for each in PUBLIC.values() if each.stream in {Stream.COMPANY, Stream.EVERYONE}]
    assert len(bindings) == len(set(bindings)) == len(PUBLIC) + len(of_none)
    assert f"{QUEUE} is there, with {len(bindings)} bindings." in told
    assert "Nobody's rights are checked" in told
    assert "rabbitmqctl set_permissions --vhost '/' outside.siem '' '' '^outside\\.siem\\.[0-9a-f-]{36}$'" in told


async def test_it_gets_nothing_restricted_nothing_internal_and_nothing_of_others(
    tell: Tell, server: SimpleNamespace
) -> None:
    await outside("add", "siem", str(NORTH))
    sources = {source for source, _ in PUBLIC}
    last = event("incidents", "incident.deleted.v1", NORTH)

    await tell(
        *(event(source, kind, NORTH, restricted=True) for source, kind in PUBLIC),
        *(event(source, kind, SOUTH) for source, kind in PUBLIC),
        *(event(source, kind, company) for source in sources for kind in INTERNAL for company in (NORTH, None)),
        *(event(source, "some.other_thing.v1", NORTH) for source in sources),
        *(event("incidents", kind, None) for source, kind in PUBLIC if source == "incidents"),
        last,
    )

    await until(has(server.url, QUEUE, 1))
    assert Envelope.from_json((await take(server.url, QUEUE)).body) == last


async def test_making_it_again_changes_nothing_and_loses_nothing(tell: Tell, server: SimpleNamespace) -> None:
    await outside("add", "siem", str(NORTH))
    await tell(event("incidents", "incident.deleted.v1", NORTH))
    await until(has(server.url, QUEUE, 1))

    assert await outside("add", "siem", str(NORTH)) == 0

    assert await waiting(server.url, QUEUE) == 1


async def test_a_full_one_loses_the_oldest_and_holds_up_nobody(
    tell: Tell, server: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ARGUMENTS, "x-max-length-bytes", 10_000)
    await outside("add", "siem", str(NORTH))
    events = [event("incidents", "incident.deleted.v1", NORTH) for _ in range(50)]

    for each in events:
        await tell(each)  # which waits for the broker to confirm it

    left = await waiting(server.url, QUEUE)
    assert 0 < left < 20
    assert Envelope.from_json((await take(server.url, QUEUE)).body) == events[-left]


async def test_one_that_is_another_is_refused_by_name(tell: Tell, server: SimpleNamespace) -> None:
    async with channel_to(server.url) as channel:
        await channel.declare_queue(QUEUE, durable=True)

    with pytest.raises(Fault, match="it was made otherwise"):
        await outside("add", "siem", str(NORTH))


async def test_removing_is_done_as_often_as_one_likes(
    tell: Tell, server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    await outside("add", "siem", str(NORTH))

    for _ in range(2):
        assert await outside("remove", "siem", str(NORTH)) == 0

    await outside("list")
    assert capsys.readouterr().out.endswith(f"{QUEUE} is gone, and what was in it.\n" * 2)


async def test_the_list_has_those_of_all_subscribers_and_no_others(
    tell: Tell, server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    async with channel_to(server.url) as channel:
        await channel.declare_queue("files.incidents.0", durable=True)
    await outside("add", "siem", str(NORTH))
    await outside("add", "siem-2", str(SOUTH))
    capsys.readouterr()

    assert await outside("list") == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [f"outside.siem-2.{SOUTH}", QUEUE]


async def test_removing_a_subscriber_ends_its_user_and_all_its_queues_but_no_other_s(
    tell: Tell, server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    for subscriber, company in (("siem", NORTH), ("siem", SOUTH), ("siem-2", NORTH)):
        await outside("add", subscriber, str(company))
    await outside("user", "siem")
    await outside("user", "siem-2")

    assert await outside("remove", "siem") == 0

    capsys.readouterr()
    await outside("list")
    assert [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()] == [f"outside.siem-2.{NORTH}"]
    users = await server.node.control("list_users")
    assert "outside.siem-2" in users
    assert "outside.siem\t" not in users


async def login(capsys: pytest.CaptureFixture[str], server: SimpleNamespace) -> str:
    """The address of the broker for the subscriber `siem`."""
    await outside("user", "siem")
    password = capsys.readouterr().out.splitlines()[-1]
    return f"amqp://outside.siem:{password}@{urlsplit(server.url).netloc.rpartition('@')[2]}/"


def forbidden(other: str) -> list[Callable[[AbstractChannel], Awaitable[Any]]]:
    """What the user of `siem` might try, with the queue of another one too."""
    return [
        lambda channel: channel.queue_bind(QUEUE, "incidents.events", f"{SOUTH}.#"),
        lambda channel: channel.queue_bind(QUEUE, "incidents.events", "restricted.#"),
        lambda channel: channel.queue_unbind(QUEUE, "incidents.events", f"{NORTH}.incident.deleted.v1"),
        lambda channel: channel.queue_declare("outside.siem.mine"),
        lambda channel: channel.queue_delete(QUEUE),
        lambda channel: channel.basic_get(other),
        lambda channel: channel.queue_purge(other),
    ]


async def test_its_user_may_read_its_own_queues_and_do_nothing_else(
    tell: Tell, server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    await outside("add", "siem", str(NORTH))
    await outside("add", "siem-2", str(NORTH))
    await outside("add", "siem", str(NORTH))
    url = await login(capsys, server)
    other = f"outside.siem-2.{NORTH}"

    for attempt in forbidden(other):
        async with await aio_pika.connect(url) as connection:
            channel = await connection.channel()
            with pytest.raises(ChannelAccessRefused):
                await attempt(await channel.get_underlay_channel())
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True)
        with pytest.raises(AMQPException):
            await (await channel.get_exchange("incidents.events", ensure=False)).publish(aio_pika.Message(b"{}"), "x")
    assert await waiting(server.url, other) == 0


async def test_a_new_password_takes_the_place_of_the_old_one(
    tell: Tell, server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = await login(capsys, server), await login(capsys, server)

    async with channel_to(new):
        pass
    with pytest.raises(AMQPException):
        async with channel_to(old):
            pass


async def test_the_consumer_of_the_documentation_follows_the_queue_and_drops_what_comes_again(
    tell: Tell, server: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    await outside("add", "siem", str(NORTH))
    url = await login(capsys, server)
    first = event("incidents", "incident.registered.v1", NORTH, sequence=1)
    second = replace(first, id=uuid4(), type="incident.updated.v1", sequence=2)
    process = await asyncio.create_subprocess_exec(
        sys.executable, EXAMPLE, url, QUEUE, stdout=asyncio.subprocess.PIPE, env={"PATH": os.environ["PATH"]}
    )
    assert process.stdout is not None
    try:
        await tell(first, second, first, event("incidents", "incident.deleted.v1", NORTH))
        async with asyncio.timeout(60):
            lines = [(await process.stdout.readline()).decode() for _ in range(3)]
        await until(has(server.url, QUEUE, 0))
    finally:
        process.kill()
        await process.wait()

    kinds = [line.split(" ")[1].removeprefix("org.incidentregistry.") for line in lines]
    assert kinds == ["incident.registered.v1", "incident.updated.v1", "incident.deleted.v1"]
    assert json.loads(lines[0].split(" ", 3)[3]) == first.data


async def test_the_rights_that_the_documentation_names_are_enough(
    tell: Tell, server: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = re.findall(r"^    (configure|write|read) +(\S+)$", GUIDE.read_text(), re.MULTILINE)
    rights = [dict(named)[each] for each in ("configure", "write", "read")]
    await server.node.control("add_user", "operator", "secret")
    await server.node.control("set_permissions", "operator", *rights)
    host = urlsplit(server.url).netloc.rpartition("@")[2]
    monkeypatch.setenv("NOTIFICATIONS_AMQP_URL", f"amqp://operator:secret@{host}/")

    assert await outside("add", "siem", str(NORTH)) == 0
    assert await outside("remove", "siem", str(NORTH)) == 0
    await server.node.control("delete_user", "operator")


def test_the_documentation_shows_the_consumer_as_it_is() -> None:
    examples = re.findall(r"```python\n(.+?)```", GUIDE.read_text(), re.DOTALL)
    (shown,) = (each for each in examples if "aio_pika" in each)

    assert shown in EXAMPLE.read_text()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "usage: outside add"),
        (["add", "siem"], "usage: outside add"),
        (["list", "all"], "usage: outside add"),
        (["add", "SIEM", str(NORTH)], "'SIEM' is no name"),
        (["add", "a.b", str(NORTH)], "'a.b' is no name"),
        (["add", "a-", str(NORTH)], "'a-' is no name"),
        (["add", "siem", "north"], "'north' is no id of a company"),
        (["remove", "*"], "'*' is no name"),
    ],
)
async def test_a_wrong_command_says_what_is_right(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFICATIONS_AMQP_URL", "amqp://nobody:nothing@127.0.0.1:1/")

    assert await outside(*words) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("words", [["list"], ["user", "siem"], ["remove", "siem"]])
async def test_without_the_management_api_it_says_what_to_do_by_hand(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFICATIONS_AMQP_URL", "amqp://nobody:nothing@127.0.0.1:1/outside%20world")

    assert await outside(*words) == 2
    told = capsys.readouterr().err
    assert "NOTIFICATIONS_AMQP_MANAGEMENT_URL is not set" in told
    assert "rabbitmqctl" in told


async def test_wrong_places_are_told_without_their_passwords(
    server: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOTIFICATIONS_AMQP_URL", raising=False)
    with pytest.raises(SettingsError, match="NOTIFICATIONS_AMQP_URL"):
        await outside("list")

    monkeypatch.setenv("NOTIFICATIONS_AMQP_URL", server.url)
    for wrong in ("http://registry:secret@127.0.0.1:1", server.management.replace("registry:", "nobody:")):
        monkeypatch.setenv("NOTIFICATIONS_AMQP_MANAGEMENT_URL", wrong)
        with pytest.raises(Fault, match="management") as told:
            await outside("list")
        assert "secret" not in str(told.value)
