"""What is sent to webhooks, when it is tried again, and when not at all."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook

from chassis.database import Database
from deploy.local.signing_keys import new_sealing_key
from services.notifications.domain.retries import ATTEMPTS
from services.notifications.domain.sealing import Seal
from services.notifications.persistence.sending import drop_before
from services.notifications.usecases import deliver
from services.notifications.usecases.deliver import Delivering
from services.notifications.usecases.queue_deliveries import Queueing
from tests.support.contracts import stale_samples
from tests.support.events import make_event
from tests.support.services import SYSTEM, user
from tests.support.webhooks import Call, Hooks, Receiver


async def test_an_event_is_sent_once_signed_and_as_the_feed_tells_it(hooks: Hooks) -> None:
    _, secret = await hooks.make()
    (event,) = await hooks.happen()
    assert await hooks.send() == 1
    assert await hooks.send() == 0

    (call,) = hooks.receiver.calls
    told = Webhook(secret).verify(call.body, call.headers)
    assert (told["id"], told["type"]) == (str(event.id), "org.incidentregistry.incident.registered.v1")
    assert (told["number"], told["companyid"]) == ("0" * 19 + "1", str(hooks.company))
    assert (call.id, call.path, call.headers["content-type"]) == (
        str(event.id),
        "/hook",
        "application/cloudevents+json",
    )
    assert {"position", "requestid"} & told.keys() == set()
    assert told["dataschema"] == "https://registry.example.org/events/schemas/incident.registered.v1.json"
    (attempt,) = await hooks.attempts()
    assert (await hooks.states(), attempt.status, attempt.number) == (["DELIVERED"], 204, 1)
    assert "webhook-signature" not in attempt.request_headers
    assert attempt.request_headers["webhook-id"] == str(event.id)


async def test_only_the_wanted_types_of_the_company_are_sent(hooks: Hooks) -> None:
    await hooks.make(types=["incident.registered.v1"])
    await hooks.happen()
    hooks.incidents.register(uuid4())
    elsewhere = hooks.incidents.register(uuid4())
    team = make_event(source="access", type="team.changed.v1", company_id=hooks.company)
    await hooks.tell([elsewhere, team])
    await hooks.send()
    assert len(hooks.receiver.calls) == 1


async def test_ten_attempts_are_made_at_the_promised_times(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    hooks.receiver.statuses = [500] * 20
    await hooks.happen()
    await hooks.send()
    waits = []
    while (await hooks.states()) == ["PENDING"]:
        (row,) = await hooks.deliveries()
        waits.append((row.next_attempt_at - hooks.moment).total_seconds())
        hooks.later(seconds=waits[-1] - 1)
        assert await hooks.deliver() == 0
        hooks.later(seconds=1)
        assert await hooks.deliver() == 1
    hours = [2, 5, 10, 14, 20, 24]
    assert waits == [5, 300, 1800, *(each * 3600 for each in hours)]
    assert (len(hooks.receiver.calls), await hooks.states()) == (ATTEMPTS, ["FAILED"])
    assert len(set(hooks.receiver.ids)) == 1
    assert [each.number for each in await hooks.attempts()] == list(range(1, 11))
    assert (await hooks.hook(hook)).state == "ENABLED"


@pytest.mark.parametrize("dated", [False, True])
async def test_a_receiver_that_asks_for_time_gets_it_and_nothing_else_meanwhile(hooks: Hooks, dated: bool) -> None:
    await hooks.make()
    hooks.receiver.statuses = [503]
    when = hooks.moment + timedelta(hours=2)
    hooks.receiver.headers = {"retry-after": when.strftime("%a, %d %b %Y %H:%M:%S GMT") if dated else "7200"}
    await hooks.happen()
    await hooks.send()
    await hooks.happen()
    hooks.later(minutes=119)
    assert await hooks.send() == 0
    hooks.later(minutes=2)
    await hooks.deliver()
    assert (await hooks.states(), len(hooks.receiver.calls)) == (["DELIVERED", "DELIVERED"], 3)


async def test_one_that_is_gone_is_not_called_again_and_that_is_told(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    hooks.receiver.statuses = [410]
    await hooks.happen()
    await hooks.send()
    await hooks.happen()
    assert await hooks.send() == 0
    assert ((await hooks.hook(hook)).state, len(hooks.receiver.calls)) == ("GONE", 1)
    (event,) = [each for each in await hooks.service.events() if each.type == "webhook.disabled.v1"]
    assert (event.subject, event.company_id, event.data["reason"]) == (hook, hooks.company, "GONE")
    assert stale_samples("notifications", [event]) == []


async def test_five_days_without_a_success_end_it_and_one_success_begins_them_anew(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    hooks.receiver.statuses = [500]
    await hooks.happen()
    await hooks.send()
    hooks.later(minutes=1)
    await hooks.deliver()
    assert (await hooks.hook(hook)).first_failed_at is None
    hooks.receiver.statuses = [500] * 20
    for day in range(6):
        await hooks.happen()
        await hooks.queue()
        assert (await hooks.hook(hook)).state == "ENABLED", day
        await hooks.deliver()
        hooks.later(days=1)
    assert (await hooks.hook(hook)).state == "DISABLED_BY_FAILURE"
    (event,) = [each for each in await hooks.service.events() if each.type == "webhook.disabled.v1"]
    assert event.data["reason"] == "DISABLED_BY_FAILURE"


async def test_in_order_an_incident_waits_for_its_failing_event_and_others_flow(hooks: Hooks) -> None:
    await hooks.make(ordered=True)
    stuck, free = await hooks.happen(2)
    later = [hooks.incidents.update(each.subject) for each in (stuck, free)]
    hooks.receiver.failing = {str(stuck.subject)}
    await hooks.tell(later)
    await hooks.send()
    assert await hooks.states() == ["PENDING", "DELIVERED", "PENDING", "DELIVERED"]
    assert [call.id for call in hooks.receiver.calls if call.event["subject"] == str(stuck.subject)] == [str(stuck.id)]
    hooks.receiver.failing = set()
    hooks.later(seconds=10)
    await hooks.deliver()
    assert set(await hooks.states()) == {"DELIVERED"}
    assert [id for id in hooks.receiver.ids if id in {str(stuck.id), str(later[0].id)}] == [
        str(stuck.id),
        str(stuck.id),
        str(later[0].id),
    ]


async def test_a_throttled_one_gets_so_many_in_a_minute(hooks: Hooks) -> None:
    await hooks.make(perMinute=2)
    await hooks.happen(5)
    await hooks.send()
    for _ in range(59):
        hooks.later(seconds=1)
        await hooks.deliver()
    assert len(hooks.receiver.calls) == 2
    hooks.later(seconds=1)
    await hooks.deliver()
    assert len(hooks.receiver.calls) == 3


async def test_a_redirect_is_a_failure_and_is_not_followed(hooks: Hooks) -> None:
    await hooks.make()

    async def redirect(call: Call, request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"location": f"{hooks.receiver.url}/elsewhere"})

    hooks.receiver.answering = redirect
    await hooks.happen()
    await hooks.send()
    assert [call.path for call in hooks.receiver.calls] == ["/hook"]
    assert (await hooks.states(), (await hooks.attempts())[0].status) == (["PENDING"], 307)


async def test_of_an_endless_answer_twenty_kilobytes_are_read(hooks: Hooks) -> None:
    await hooks.make()
    sent = 0

    async def endless(call: Call, request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 50_000_000:
            await response.write(b"x\x00" * 5_000)
            sent += 10_000
        return response

    hooks.receiver.answering = endless
    await hooks.happen()
    await hooks.send()
    (attempt,) = await hooks.attempts()
    assert (len(attempt.answer), "\x00" in attempt.answer, attempt.status) == (20_000, False, 200)
    assert sent < 50_000_000


async def test_one_that_hangs_up_or_says_nothing_is_a_failed_attempt(hooks: Hooks) -> None:
    await hooks.make()

    async def cut(call: Call, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    hooks.receiver.answering = cut
    await hooks.happen()
    await hooks.send()
    (attempt,) = await hooks.attempts()
    assert (attempt.status, attempt.error) == (None, "it hung up before it answered")


async def test_one_that_is_too_slow_is_a_failed_attempt(hooks: Hooks, receiver: Receiver) -> None:
    quick = Hooks(
        hooks.service, receiver, hooks.people, hooks.incidents, hooks.tell, hooks.company, hooks.owner, seconds=0.3
    )
    await quick.make()

    async def slow(call: Call, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    receiver.answering = slow
    await quick.happen()
    await quick.send()
    (attempt,) = await quick.attempts()
    assert (attempt.status, attempt.error) == (None, "no answer within 0.3 seconds")


async def test_a_kill_between_sending_and_recording_sends_again_with_the_same_id(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hooks.make()
    await hooks.happen()

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(deliver, "record_attempt", killed)
        await hooks.send()
    assert (await hooks.states(), len(hooks.receiver.calls)) == (["PENDING"], 1)
    hooks.later(seconds=59)
    assert await hooks.deliver() == 0
    hooks.later(seconds=2)
    assert await hooks.deliver() == 1
    assert (await hooks.states(), len(set(hooks.receiver.ids)), len(hooks.receiver.ids)) == (["DELIVERED"], 1, 2)


async def test_two_workers_share_what_is_due(hooks: Hooks) -> None:
    await hooks.make(ordered=True)
    events = await hooks.happen(12)
    await hooks.tell([hooks.incidents.update(each.subject) for each in events])
    await hooks.queue()
    database: Database = hooks.service.database
    workers = [Delivering(database, hooks.tools) for _ in range(2)]

    async def work(worker: Delivering) -> None:
        for _ in range(40):
            await worker.begin()
            await asyncio.sleep(0.01)
        await worker.settle()

    await asyncio.gather(*(work(each) for each in workers))
    await hooks.deliver()
    assert (len(hooks.receiver.ids), len(set(hooks.receiver.ids))) == (24, 24)
    for event in events:
        of = [call.event["sequence"] for call in hooks.receiver.calls if call.event["subject"] == str(event.subject)]
        assert of == sorted(of)
    assert set(await hooks.states()) == {"DELIVERED"}


async def test_without_an_answer_of_access_nothing_is_sent_and_no_attempt_is_lost(hooks: Hooks) -> None:
    await hooks.make()
    await hooks.happen()
    await hooks.queue()
    hooks.later(seconds=5)
    hooks.people.away = True
    await hooks.deliver()
    assert (hooks.receiver.calls, await hooks.attempts(), await hooks.states()) == ([], [], ["PENDING"])
    hooks.people.away = False
    hooks.later(seconds=6)
    await hooks.deliver()
    assert await hooks.states() == ["DELIVERED"]


def held(company: UUID) -> dict[str, dict[str, list[UUID]]]:
    return {
        "webhooks": {"incident.view": [company]},
        "incidents": {"webhook.manage": [company]},
        "all": {},
    }


@pytest.mark.parametrize("lost", ["webhooks", "incidents", "all", "active"])
async def test_whose_rights_were_withdrawn_gets_nothing(hooks: Hooks, lost: str) -> None:
    hook, _ = await hooks.make()
    await hooks.happen()
    await hooks.queue()
    if lost == "active":
        hooks.people.grant(hooks.owner, hooks.owner.scope.permissions, active=False)  # type: ignore[arg-type]  # of lists
    else:
        hooks.people.grant(hooks.owner, held(hooks.company)[lost])
    hooks.later(seconds=4)
    await hooks.happen()
    await hooks.send()
    assert hooks.receiver.calls == []
    assert set(await hooks.states()) == {"WITHHELD"}
    assert await hooks.attempts() == []
    assert (await hooks.hook(hook)).first_failed_at is None


async def test_of_restricted_incidents_only_a_member_s_webhook_hears(hooks: Hooks) -> None:
    member = hooks.people.know(user({"webhook.manage": [hooks.company], "incident.view": [hooks.company]}))
    await hooks.make()
    await hooks.make(member, url=f"{hooks.receiver.url}/member")
    await hooks.tell([hooks.incidents.register(hooks.company, members=[member.id])])
    await hooks.send()
    (call,) = hooks.receiver.calls
    assert (call.path, call.event["restricted"], "number" in call.event) == ("/member", True, False)


async def test_what_became_restricted_before_it_was_sent_is_withheld(hooks: Hooks) -> None:
    await hooks.make()
    (event,) = await hooks.happen()
    await hooks.queue()
    hidden = hooks.incidents.show_to(event.subject, [uuid4()])
    await hooks.tell([hidden])
    await hooks.send()
    assert (hooks.receiver.calls, await hooks.states()) == ([], ["WITHHELD"])


async def test_what_is_forgotten_of_an_incident_is_forgotten_of_its_deliveries_too(hooks: Hooks) -> None:
    await hooks.make()
    (event,) = await hooks.happen()
    await hooks.send()
    await hooks.tell([hooks.incidents.delete(event.subject), hooks.incidents.purge(event.subject)])
    await hooks.queue()
    assert [each.type for each in await hooks.deliveries()] == ["incident.purged.v1"]


async def test_with_other_keys_nothing_is_sent_and_the_attempt_says_why(hooks: Hooks) -> None:
    await hooks.make()
    await hooks.happen()
    for keys in (Seal(new_sealing_key()), None):
        hooks.tools = replace(hooks.tools, keys=keys)
        hooks.later(minutes=10)
        await hooks.send()
    assert hooks.receiver.calls == []
    assert {each.error for each in await hooks.attempts()} == {"its secret cannot be opened any more: rotate it"}
    assert len(await hooks.attempts()) == 2


async def test_what_is_older_than_the_feed_goes(hooks: Hooks) -> None:
    await hooks.make()
    await hooks.happen()
    await hooks.send()
    async with hooks.service.database.work(SYSTEM) as work:
        await drop_before(hooks.moment - timedelta(seconds=1), work.session)
    assert len(await hooks.deliveries()) == 1
    async with hooks.service.database.work(SYSTEM) as work:
        await drop_before(hooks.moment + timedelta(seconds=1), work.session)
    assert (await hooks.deliveries(), await hooks.attempts()) == ([], [])


async def test_the_worker_does_all_of_this_by_itself(hooks: Hooks) -> None:
    await hooks.make()
    await hooks.happen()
    delivering, queueing = (
        Delivering(hooks.service.database, hooks.tools),
        Queueing(hooks.service.database, hooks.tools),
    )
    working = [asyncio.ensure_future(each.run()) for each in (queueing, delivering)]
    async with asyncio.timeout(10):
        while await hooks.states() != ["DELIVERED"]:
            await asyncio.sleep(0.05)
    for each in working:
        each.cancel()
    await asyncio.wait(working)
    assert len(hooks.receiver.calls) == 1
