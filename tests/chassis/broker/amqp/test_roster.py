"""Being counted among the processes of a group, again after the broker did not answer."""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.link import Link
from chassis.broker.amqp.roster import Roster
from chassis.errors import Fault
from deploy.local.rabbitmq.server import RabbitServer
from tests.support.rabbitmq import channel_to

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
GROUP = "readers.things"
LIMITS = Limits(answer=0.5, declare=0.5)


@pytest.fixture
async def link(url: str) -> AsyncIterator[Link]:
    made = Link(url, "tests", LIMITS)
    yield made
    await made.close()
    async with channel_to(url) as channel:
        await channel.queue_delete(f"{GROUP}.processes")


async def counted(roster: Roster) -> bool:
    try:
        return await roster.count() == 1
    except Fault:
        return False


def stopped(pid: int) -> bool:
    """On a busy machine some of its threads run on for a while."""
    states = [file.read_text().rpartition(")")[2].split()[0] for file in Path(f"/proc/{pid}/task").glob("*/stat")]
    return {*states} == {"T"}


async def test_a_process_is_counted_again_after_a_question_was_not_answered(
    link: Link, rabbitmq_server: RabbitServer, until: Until
) -> None:
    roster = Roster(GROUP, link, LIMITS)
    await until(lambda: counted(roster))
    os.kill(rabbitmq_server.pid, signal.SIGSTOP)
    try:
        await until(lambda: stopped(rabbitmq_server.pid))
        with pytest.raises(Fault):
            await roster.count()
    finally:
        os.kill(rabbitmq_server.pid, signal.SIGCONT)
    await until(lambda: counted(roster))
