"""What access says of a credential is remembered for five seconds at most, and forgotten as soon as it changes."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from chassis.errors import Fault, NotFound
from chassis.peers import Peer
from gateway.identity import grants as grants_module
from gateway.identity.credentials import Credential
from gateway.identity.grants import Grants, SignedOut

ADA, BEN = UUID(int=1), UUID(int=2)
ADAS, BENS = Credential.of_session("ada"), Credential.of_session("ben")
Change: TypeAlias = Callable[[Grants], None]
CHANGES = pytest.mark.parametrize(
    "change", [lambda grants: grants.drop({BEN}), lambda grants: grants.drop_credential(ADAS)], ids=["rights", "end"]
)


class Access(Peer):
    """Answers when it is let; `user` and `permissions` are what it says from now on."""

    def __init__(self) -> None:
        self.asked = 0
        self.user = ADA
        self.permissions: dict[str, Any] = {}
        self.fails: Exception | None = None
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def ask(self, question: str, body: Any, *, timeout: float = 5.0) -> Any:
        self.asked += 1
        actor = {"id": str(self.user), "kind": "user", "name": "Ada", "locale": "de"}
        answer = {"actor": actor, "scope": {"sets": [], "permissions": self.permissions}}
        failure = self.fails
        await self.may_answer.wait()
        if failure:
            raise failure
        return answer

    async def has_been_asked(self, times: int) -> None:
        while self.asked < times:
            await asyncio.sleep(0)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def access() -> Access:
    return Access()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def grants(access: Access, clock: Clock) -> Grants:
    return Grants(access, clock)


async def test_requests_at_the_same_time_ask_once(grants: Grants, access: Access) -> None:
    actors = await asyncio.gather(*(grants.actor(ADAS) for _ in range(20)))

    assert access.asked == 1
    assert {id(actor) for actor in actors} == {id(actors[0])}


async def test_an_answer_holds_for_three_seconds(grants: Grants, access: Access, clock: Clock) -> None:
    access.may_answer.clear()
    waiting = asyncio.create_task(grants.actor(ADAS))
    await access.has_been_asked(1)
    clock.now += 2
    access.may_answer.set()
    await waiting

    clock.now += 0.9
    await grants.actor(ADAS)
    assert access.asked == 1

    clock.now += 0.1
    await grants.actor(ADAS)
    assert access.asked == 2


async def test_a_change_of_its_user_drops_an_answer_and_no_other(grants: Grants, access: Access) -> None:
    await grants.actor(ADAS)
    access.user = BEN
    await grants.actor(BENS)

    grants.drop({ADA})
    await grants.actor(BENS)
    assert access.asked == 2
    await grants.actor(ADAS)
    assert access.asked == 3


async def test_the_end_of_a_credential_drops_its_answer(grants: Grants, access: Access) -> None:
    await grants.actor(ADAS)
    grants.drop_credential(ADAS)
    access.fails = NotFound("The credential was")

    with pytest.raises(SignedOut):
        await grants.actor(ADAS)


@CHANGES
async def test_an_answer_overtaken_by_a_change_serves_only_who_asked_before(
    grants: Grants, access: Access, change: Change
) -> None:
    access.permissions = {"incident.view": "all"}
    access.may_answer.clear()
    before = asyncio.create_task(grants.actor(ADAS))
    await access.has_been_asked(1)
    access.permissions = {}
    change(grants)
    after = asyncio.create_task(grants.actor(ADAS))
    await access.has_been_asked(2)
    access.may_answer.set()

    assert (await before).holds("incident.view")
    assert not (await after).holds("incident.view")
    assert not (await grants.actor(ADAS)).holds("incident.view")
    assert access.asked == 2


@CHANGES
async def test_an_answer_overtaken_by_a_change_is_not_remembered(
    grants: Grants, access: Access, change: Change
) -> None:
    access.may_answer.clear()
    before = asyncio.create_task(grants.actor(ADAS))
    await access.has_been_asked(1)
    change(grants)
    access.may_answer.set()
    await before

    await grants.actor(ADAS)
    assert access.asked == 2


async def test_the_end_of_an_overtaken_question_does_not_part_those_who_wait_for_the_next(
    grants: Grants, access: Access
) -> None:
    access.may_answer.clear()
    before = asyncio.create_task(grants.actor(ADAS))
    await access.has_been_asked(1)
    grants.drop({BEN})
    first_gate, access.may_answer = access.may_answer, asyncio.Event()
    after = asyncio.create_task(grants.actor(ADAS))
    await access.has_been_asked(2)
    first_gate.set()
    await before

    joining = asyncio.create_task(grants.actor(ADAS))
    await asyncio.wait([joining], timeout=0)
    access.may_answer.set()
    assert await joining is await after
    assert access.asked == 2


async def test_who_leaves_does_not_take_the_answer_from_the_others(grants: Grants, access: Access) -> None:
    access.may_answer.clear()
    first, second = asyncio.create_task(grants.actor(ADAS)), asyncio.create_task(grants.actor(ADAS))
    await access.has_been_asked(1)
    first.cancel()
    await asyncio.wait([first])
    access.may_answer.set()

    assert (await second).id == ADA
    assert access.asked == 1


async def test_an_unknown_credential_is_signed_out_each_time_it_is_shown(grants: Grants, access: Access) -> None:
    access.fails = NotFound("The credential was")

    for _ in range(2):
        with pytest.raises(SignedOut):
            await grants.actor(ADAS)
    assert access.asked == 2


async def test_a_silent_access_lets_nobody_in_beyond_what_is_remembered(
    grants: Grants, access: Access, clock: Clock
) -> None:
    await grants.actor(ADAS)
    access.fails = Fault("access", "is away")
    await grants.actor(ADAS)
    clock.now += 5

    with pytest.raises(Fault):
        await grants.actor(ADAS)


async def test_no_more_answers_are_remembered_than_there_is_room_for(
    grants: Grants, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants_module, "_REMEMBERED", 3)
    credentials = [Credential.of_session(str(number)) for number in range(5)]
    for credential in credentials:
        await grants.actor(credential)

    assert len(grants._known) == 3
    await grants.actor(credentials[4])
    assert access.asked == 5
    await grants.actor(credentials[0])
    assert access.asked == 6


async def test_nothing_of_a_finished_question_stays(grants: Grants, access: Access) -> None:
    access.fails = NotFound("The credential was")
    with pytest.raises(SignedOut):
        await grants.actor(ADAS)
    await asyncio.sleep(0)

    assert grants._asking == {}
