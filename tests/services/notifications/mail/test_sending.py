"""Sending: what arrives, what is tried again, what is given up, and that nobody gets what they may not have."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.access import EVERY_COMPANY
from chassis.database import Database
from services.notifications.adapters.smtp import Ending, SmtpServer
from services.notifications.domain.letters import Letter
from services.notifications.domain.mail_account import MailAccount
from services.notifications.domain.messages import MessageState, pause_after
from services.notifications.persistence.mail_queue import End, claim, settle
from services.notifications.persistence.rows import MessageRow
from services.notifications.usecases.send_messages import PostOffice, send_next
from tests.support.contracts import stale_samples
from tests.support.mail import DROP, STALL, Others, Post
from tests.support.services import SYSTEM, RunningService, user

State = Callable[[], Awaitable[MessageRow]]
Told = Callable[[], Awaitable[list[Any]]]
Change = Callable[..., Awaitable[None]]
Queue = Callable[..., Awaitable[UUID]]


async def again(office: PostOffice, change: Change) -> None:
    """As if the pause, or the lease of who was killed, were over."""
    await change(next_attempt_at=datetime.now(UTC))
    assert await send_next(office)


async def test_what_is_due_arrives_once_and_is_told(
    office: PostOffice, post: Post, queue: Queue, state: State, told: Told
) -> None:
    incident = await queue()

    assert [await send_next(office), await send_next(office)] == [True, False]

    (mail,), message = post.mails, await state()
    assert post.recipients == ["ada@example.org"]
    assert mail["To"] == "Ada <ada@example.org>"
    assert mail["From"] == "Incident Registry <registry@example.org>"
    assert mail["Subject"] == "ACME-2026-000001 is yours: A lost laptop"
    assert mail["Message-ID"] == f"<{message.id}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "https://portal.example.org/incidents/ACME-2026-000001" in text
    assert '<a href="https://portal.example.org/incidents/ACME-2026-000001">' in html
    assert (message.state, message.attempts, message.reason) == ("SENT", 1, None)
    (event,) = await told()
    assert (event.type, event.sequence, event.restricted) == ("notification.sent.v1", 2, False)
    assert event.data["incident_id"] == str(incident)


@pytest.mark.parametrize(
    ("command", "answer", "reason", "code"),
    [
        ("MAIL", "451 4.3.0 later", "SERVER_BUSY", "451 4.3.0"),
        ("RCPT", "450 4.2.0 ada@example.org is greylisted", "SERVER_BUSY", "450 4.2.0"),
        ("DATA", "452 no room", "SERVER_BUSY", "452"),
        ("EHLO", DROP, "SERVER_UNREACHABLE", None),
        ("MAIL", DROP, "SERVER_UNREACHABLE", None),
        ("RCPT", DROP, "SERVER_UNREACHABLE", None),
        ("DATA", DROP, "SERVER_UNREACHABLE", None),
        ("EHLO", STALL, "SERVER_UNREACHABLE", None),
        ("RCPT", STALL, "SERVER_UNREACHABLE", None),
        ("DATA", STALL, "SERVER_UNREACHABLE", None),
    ],
)
async def test_what_may_pass_is_tried_again_under_the_same_id(
    office: PostOffice, post: Post, queue: Queue, state: State, told: Told, change: Change,
    command: str, answer: str, reason: str, code: str | None,
) -> None:  # fmt: skip
    await queue()
    post.answers[command] = answer

    assert await send_next(office)
    waiting = await state()
    assert (waiting.state, waiting.reason, waiting.answer, waiting.settled_at) == ("QUEUED", reason, code, None)
    assert waiting.next_attempt_at > datetime.now(UTC) + timedelta(seconds=50)
    assert await send_next(office) is False
    assert await told() == []
    post.answers.clear()
    await again(office, change)

    assert ((await state()).state, (await state()).attempts) == ("SENT", 2)
    assert [event.type for event in await told()] == ["notification.sent.v1"]
    reached_the_server = 2 if command == "DATA" else 1  # who gets no answer after all of it cannot know
    assert [mail["Message-ID"] for mail in post.mails] == [f"<{waiting.id}@example.org>"] * reached_the_server
    assert len(set(post.raw)) == 1


@pytest.mark.parametrize(
    ("command", "answer", "reason", "code"),
    [
        ("MAIL", "550 5.7.1 not from here", "MESSAGE_REFUSED", "550 5.7.1"),
        ("RCPT", "550 5.1.1 <ada@example.org> unknown", "RECIPIENT_REFUSED", "550 5.1.1"),
        ("DATA", "554 5.7.1 looks like spam", "MESSAGE_REFUSED", "554 5.7.1"),
    ],
)
async def test_what_is_refused_for_good_is_not_tried_again(
    office: PostOffice, post: Post, queue: Queue, state: State, told: Told,
    command: str, answer: str, reason: str, code: str,
) -> None:  # fmt: skip
    await queue()
    post.answers[command] = answer

    assert [await send_next(office), await send_next(office)] == [True, False]

    message = await state()
    assert (message.state, message.reason, message.answer) == ("FAILED", reason, code)
    (event,) = await told()
    assert event.type == "notification.failed.v1"
    assert (event.data["state"], event.data["reason"]) == ("FAILED", reason)
    assert post.connections == 1


async def test_a_server_that_is_away_is_waited_for(office: PostOffice, queue: Queue, state: State, told: Told) -> None:
    await queue()
    nobody = MailAccount.of("smtp://127.0.0.1:9?starttls=never")

    assert await send_next(replace(office, server=SmtpServer(nobody, seconds=1.0)))

    assert ((await state()).state, (await state()).reason) == ("QUEUED", "SERVER_UNREACHABLE")
    assert await told() == []


async def test_who_was_killed_after_the_server_took_it_causes_one_duplicate_and_no_more(
    office: PostOffice, post: Post, queue: Queue, state: State, told: Told, change: Change
) -> None:
    class Killed(BaseException):
        pass

    class Server(SmtpServer):
        async def send(self, letter: Letter, until: datetime) -> Any:
            outcome = await super().send(letter, until)
            assert outcome.ending is Ending.TAKEN
            raise Killed

    await queue()
    with pytest.raises(Killed):
        await send_next(replace(office, server=Server(MailAccount.of(post.url), seconds=5.0)))
    left = await state()
    assert (left.state, left.attempts) == ("SENDING", 1)
    assert left.next_attempt_at > datetime.now(UTC) + timedelta(minutes=4)
    assert await send_next(office) is False

    await again(office, change)

    assert await send_next(office) is False
    assert (await state()).state == "SENT"
    assert len(await told()) == 1
    assert [mail["Message-ID"] for mail in post.mails] == [f"<{left.id}@example.org>"] * 2


async def test_who_comes_back_after_the_lease_sends_nothing_and_settles_nothing(
    office: PostOffice, post: Post, queue: Queue, service: RunningService, change: Change, told: Told, state: State
) -> None:
    await queue()
    database: Database = service.database
    async with database.work(SYSTEM) as work:
        late = await claim(work.session, per_minute=10)
    assert late is not None
    await again(office, change)

    async with database.work(SYSTEM) as work:
        assert await settle(late, End(state=MessageState.FAILED), work.session) is None

    assert (await state()).state == "SENT"
    assert len(post.mails) == len(await told()) == 1


async def test_a_mail_is_not_handed_over_once_others_may_have_it(office: PostOffice, post: Post) -> None:
    sender = office.stationery.sender
    letter = Letter(
        id=uuid4(), thread=uuid4(), sender=sender, recipient=sender, subject="s", text="t", language="en",
        written_at=datetime.now(UTC),
    )  # fmt: skip

    outcome = await office.server.send(letter, until=datetime.now(UTC))

    assert outcome.ending is Ending.LATER
    assert post.mails == []


async def test_no_more_are_sent_in_a_minute_than_the_account_takes(
    office: PostOffice, post: Post, queue: Queue
) -> None:
    for _ in range(3):
        await queue()
    narrow = replace(office, per_minute=2)

    assert [await send_next(narrow) for _ in range(3)] == [True, True, False]
    assert len(post.mails) == 2


async def test_what_could_not_be_sent_for_three_days_is_given_up(
    office: PostOffice, post: Post, queue: Queue, change: Change, state: State, told: Told
) -> None:
    await queue()
    post.answers["RCPT"] = "450 later"
    assert await send_next(office)
    await change(created_at=datetime.now(UTC) - timedelta(days=3))

    await again(office, change)

    assert ((await state()).state, (await state()).reason) == ("FAILED", "TOO_OLD")
    assert [event.data["reason"] for event in await told()] == ["TOO_OLD"]


async def test_what_makes_us_stumble_waits_and_is_given_up_as_well(
    office: PostOffice, post: Post, queue: Queue, change: Change, state: State
) -> None:
    class Broken(SmtpServer):
        async def send(self, letter: Letter, until: datetime) -> Any:
            raise ZeroDivisionError

    await queue()
    broken = replace(office, server=Broken(MailAccount.of(post.url)))

    assert await send_next(broken)
    assert ((await state()).state, (await state()).reason) == ("QUEUED", None)
    assert (await state()).next_attempt_at > datetime.now(UTC) + timedelta(seconds=50)
    await change(created_at=datetime.now(UTC) - timedelta(days=3))
    await again(broken, change)

    assert ((await state()).state, (await state()).reason) == ("FAILED", "TOO_OLD")


async def test_what_waited_too_long_before_mail_was_switched_on_is_not_sent(
    office: PostOffice, post: Post, queue: Queue, change: Change, state: State
) -> None:
    await queue()
    await change(created_at=datetime.now(UTC) - timedelta(days=30))

    assert await send_next(office)

    assert ((await state()).state, (await state()).reason) == ("FAILED", "TOO_OLD")
    assert post.connections == 0


def test_pauses_double_up_to_four_hours() -> None:
    minutes = [pause_after(attempt) // timedelta(minutes=1) for attempt in (1, 2, 3, 8, 9, 1000)]

    assert minutes == [1, 2, 4, 128, 240, 240]


@pytest.mark.parametrize(
    ("held", "given", "facts", "reason"),
    [
        ({}, {}, {}, "NO_RIGHT"),
        ({"incident.view": [uuid4()]}, {}, {}, "NO_RIGHT"),
        ({"incident.edit": EVERY_COMPANY}, {}, {}, "NO_RIGHT"),
        ({"incident.view": EVERY_COMPANY}, {"active": False}, {}, "RECIPIENT_INACTIVE"),
        ({"incident.view": EVERY_COMPANY}, {}, {"deleted": True}, "NO_RIGHT"),
        ({"incident.view": EVERY_COMPANY}, {}, {"restricted": True}, "NO_RIGHT"),
        ({"incident.view": EVERY_COMPANY}, {}, {"restricted": True, "member_ids": [str(uuid4())]}, "NO_RIGHT"),
    ],
)
async def test_who_may_not_have_it_at_that_moment_gets_nothing(
    office: PostOffice, post: Post, queue: Queue, others: Others, state: State, told: Told,
    held: Any, given: Any, facts: Any, reason: str,
) -> None:  # fmt: skip
    await queue(**facts)
    others.person((await state()).recipient_user_id, held, **given)

    assert [await send_next(office), await send_next(office)] == [True, False]

    message = await state()
    assert (message.state, message.reason) == ("WITHHELD", reason)
    assert post.connections == 0
    (event,) = await told()
    assert (event.data["state"], event.data["reason"]) == ("WITHHELD", reason)
    assert event.restricted is bool(facts.get("restricted"))


async def test_who_is_gone_gets_nothing(
    office: PostOffice, post: Post, queue: Queue, others: Others, state: State
) -> None:
    await queue()
    others.people.clear()

    assert await send_next(office)

    assert ((await state()).state, (await state()).reason) == ("WITHHELD", "RECIPIENT_INACTIVE")
    assert post.connections == 0


@pytest.mark.parametrize("silent", ["access", "incidents"])
async def test_nothing_is_sent_while_nobody_can_tell_who_may_have_it(
    office: PostOffice, post: Post, queue: Queue, others: Others, state: State, change: Change, silent: str
) -> None:
    await queue()
    others.silent.add(silent)

    assert await send_next(office)
    assert ((await state()).state, post.connections) == ("QUEUED", 0)
    others.silent.clear()
    await again(office, change)

    assert (await state()).state == "SENT"


@pytest.mark.parametrize("address", ["", "no address", "ada@", "@example.org", "a\r\nBcc: eve@example.org", "é@ü.de"])
async def test_what_is_no_address_is_given_up(
    office: PostOffice, post: Post, queue: Queue, others: Others, state: State, address: str
) -> None:
    await queue()
    recipient = (await state()).recipient_user_id
    others.people[recipient]["email"] = address

    assert await send_next(office)

    assert ((await state()).state, (await state()).reason) == ("FAILED", "ADDRESS_UNUSABLE")
    assert post.connections == 0


async def test_how_it_went_is_shown_to_those_who_see_the_incident(
    office: PostOffice, post: Post, queue: Queue, service: RunningService, state: State
) -> None:
    incident = await queue()
    post.answers["RCPT"] = "550 5.1.1 ada@example.org is nobody"
    await send_next(office)
    fields = "messages { state reason answer attempts nextAttemptAt settledAt }"

    company = (await state()).company_id
    (seen,) = await service.entities("Incident", [incident], fields, user({"incident.view": [company]}))
    (unseen,) = await service.entities("Incident", [incident], fields, user({"incident.view": [uuid4()]}))

    (message,) = seen["messages"]
    assert message.pop("settledAt") is not None
    assert message == {
        "state": "FAILED", "reason": "RECIPIENT_REFUSED", "answer": "550 5.1.1", "attempts": 1, "nextAttemptAt": None,
    }  # fmt: skip
    assert unseen == {"messages": None}


async def test_what_is_told_is_as_listeners_know_it(office: PostOffice, post: Post, queue: Queue, told: Told) -> None:
    await queue()
    await send_next(office)
    await queue()
    post.answers["RCPT"] = "550 no"
    await send_next(office)

    assert stale_samples("notifications", await told()) == []
