"""The worker that sends what waits: several of them, in any number of processes, share the work.

What is due was decided before. Who may have it is decided now, by asking who the recipient is and what the incident is.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import structlog

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from chassis.errors import Fault
from services.notifications.adapters.registry import Registry
from services.notifications.adapters.smtp import Ending, Outcome
from services.notifications.domain.events import NotificationFailed, NotificationSent
from services.notifications.domain.incident_facts import IncidentFacts, hindrance, marked_against
from services.notifications.domain.letters import Letter, UnusableAddress
from services.notifications.domain.messages import GIVE_UP_AFTER, MessageState, Reason, pause_after
from services.notifications.domain.people import Person
from services.notifications.persistence.mail_queue import End, claim, settle
from services.notifications.persistence.rows import MessageRow
from services.notifications.usecases.disclose_mail import disclosed_mail
from services.notifications.usecases.write_letter import Stationery, as_letter, text_of

_SENDER: Final = Actor.system("mail", EVERY_COMPANY)
_AT_ONCE: Final = 2
_IDLE_SECONDS: Final = 0.5
_ASK_AGAIN: Final = timedelta(seconds=15)  # of a service that does not answer now
_log = structlog.get_logger(__name__)


class Server(Protocol):
    """Whoever takes mail over. Nothing of it is sent later than `until`."""

    async def send(self, letter: Letter, until: datetime) -> Outcome: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """All that sending needs; `per_minute` counts over all processes."""

    database: Database
    registry: Registry
    server: Server
    stationery: Stationery
    per_minute: int


async def keep_sending(office: PostOffice) -> None:
    """Until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        for _ in range(_AT_ONCE):
            tasks.create_task(_send_one_after_another(office))


async def _send_one_after_another(office: PostOffice) -> None:
    while True:
        if not await send_next(office):
            await asyncio.sleep(_IDLE_SECONDS * _AT_ONCE)


async def send_next(office: PostOffice) -> bool:
    """Whether there was anything to send, and leave to send it."""
    async with office.database.work(_SENDER) as work:
        message = await claim(work.session, per_minute=office.per_minute)
    if message is None:
        return False
    incident, end = await _tried(message, office)
    async with office.database.work(_SENDER) as work:
        sequence = await settle(message, end, work.session)
        if sequence is not None and end.wait is None:
            _tell(message, end, sequence, work, restricted=incident is None or incident.restricted)
    _log.info("mail.tried", message=str(message.id), state=end.state, reason=end.reason, attempts=message.attempts)
    return True


async def _tried(message: MessageRow, office: PostOffice) -> tuple[IncidentFacts | None, End]:
    """The incident as it is now, where it was asked for, and how the attempt ended."""
    incident: IncidentFacts | None = None
    try:
        incident = await office.registry.incident(message.incident_id)
        end = await _attempted(message, incident, office)
    except UnusableAddress:
        end = End(state=MessageState.FAILED, reason=Reason.ADDRESS_UNUSABLE)
    except Fault as fault:
        _log.warning("mail.waits", message=str(message.id), reason=str(fault))
        end = _again(message, wait=_ASK_AGAIN)
    except Exception:  # noqa: BLE001  # a bug in one message is logged; it waits, and the others go on
        _log.exception("mail.stumbled", message=str(message.id))
        end = _again(message, wait=pause_after(message.attempts))
    return incident, end


async def _attempted(message: MessageRow, incident: IncidentFacts | None, office: PostOffice) -> End:
    """Raises UnusableAddress or Fault."""
    if _too_old(message) and message.attempts == 1:
        return End(state=MessageState.FAILED, reason=Reason.TOO_OLD)
    people = await office.registry.people([message.recipient_user_id])
    person = people.get(message.recipient_user_id)
    why = hindrance(person, incident)
    if why is not None or person is None or incident is None:
        return End(state=MessageState.WITHHELD, reason=why)
    if message.mail_id is not None and marked_against(person, incident):
        return End(state=MessageState.WITHHELD, reason=Reason.MARKING)
    letter = await _letter(message, person, incident, office)
    return _ended(message, await office.server.send(letter, until=message.next_attempt_at))


async def _letter(message: MessageRow, person: Person, incident: IncidentFacts, office: PostOffice) -> Letter:
    """Raises UnusableAddress or Fault. What somebody wrote is in the history of the incident by then."""
    mail = None if message.mail_id is None else await disclosed_mail(message.mail_id, office.database, office.registry)
    on = office.stationery
    text = await text_of(message, mail, person, incident, office.registry, on.links)
    return as_letter(message, person, text, on.sender)


def _ended(message: MessageRow, outcome: Outcome) -> End:
    match outcome.ending:
        case Ending.TAKEN:
            return End(state=MessageState.SENT)
        case Ending.NEVER:
            return End(state=MessageState.FAILED, reason=outcome.reason, answer=outcome.answer)
    return _again(message, wait=pause_after(message.attempts), reason=outcome.reason, answer=outcome.answer)


def _again(message: MessageRow, *, wait: timedelta, reason: Reason | None = None, answer: str | None = None) -> End:
    """Unless it has been tried for long enough."""
    if _too_old(message):
        return End(state=MessageState.FAILED, reason=Reason.TOO_OLD, answer=answer)
    return End(state=MessageState.QUEUED, reason=reason, answer=answer, wait=wait)


def _too_old(message: MessageRow) -> bool:
    return datetime.now(UTC) - message.created_at >= GIVE_UP_AFTER


def _tell(message: MessageRow, end: End, sequence: int, work: UnitOfWork, *, restricted: bool) -> None:
    about: dict[str, Any] = {
        "message_id": message.id,
        "incident_id": message.incident_id,
        "recipient_id": message.recipient_user_id,
        "kind": message.kind,
    }
    sent = end.state is MessageState.SENT
    fact: NotificationSent | NotificationFailed = (
        NotificationSent(**about)
        if sent
        else NotificationFailed(**about, state=end.state.value, reason=(end.reason or Reason.NO_RIGHT).value)
    )
    work.emit(fact, subject=message.id, company=message.company_id, sequence=sequence, restricted=restricted)
