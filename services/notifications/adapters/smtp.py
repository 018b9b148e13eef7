"""Handing a mail to the server of an account, step by step, so that it is known where it stopped."""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Final

import aiosmtplib
import structlog

from services.notifications.domain.letters import Letter
from services.notifications.domain.mail_account import MailAccount
from services.notifications.domain.messages import Reason

_PERMANENT: Final = 500
_CODE: Final = re.compile(r"\d\.\d{1,3}\.\d{1,3}")
_QUIT_SECONDS: Final = 2.0
_FAILURES: Final = (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError)
_log = structlog.get_logger(__name__)


class Ending(Enum):
    TAKEN = auto()  # by the server, which answers for it from now on
    LATER = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """`answer` is the server's code, `550 5.1.1`, without its words: addresses stand in them."""

    ending: Ending
    reason: Reason | None = None
    answer: str | None = None


class SmtpServer:
    """`seconds` is how long a whole mail may take."""

    def __init__(self, account: MailAccount, *, seconds: float = 90.0) -> None:
        self._account = account
        self._seconds = seconds

    async def send(self, letter: Letter, until: datetime) -> Outcome:
        """Once it is later than `until`, others may have the mail in hand: then nothing of it is sent any more."""
        client = self._client(letter.sender.domain)
        try:
            async with asyncio.timeout(self._seconds):
                if stopped := await _step(client.connect, Reason.SERVER_UNREACHABLE, always_later=True):
                    return stopped
                return await _handed(client, letter, until)
        except TimeoutError:
            return Outcome(Ending.LATER, Reason.SERVER_UNREACHABLE)
        finally:
            await _leave(client)

    def _client(self, name: str) -> aiosmtplib.SMTP:
        account = self._account
        secured = account.tls or account.starttls
        return aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            username=account.user,
            password=account.password,
            local_hostname=name,
            timeout=self._seconds,
            use_tls=account.tls,
            start_tls=account.starttls,
            tls_context=ssl.create_default_context(cafile=account.ca) if secured else None,
        )


async def _handed(client: aiosmtplib.SMTP, letter: Letter, until: datetime) -> Outcome:
    content = letter.as_bytes()
    steps: tuple[tuple[Callable[[], Awaitable[object]], Reason], ...] = (
        (lambda: client.mail(letter.sender.address, encoding="ascii"), Reason.MESSAGE_REFUSED),
        (lambda: client.rcpt(letter.recipient.address, encoding="ascii"), Reason.RECIPIENT_REFUSED),
        (lambda: client.data(content), Reason.MESSAGE_REFUSED),
    )
    for step, reason in steps:
        if datetime.now(UTC) >= until:
            return Outcome(Ending.LATER, Reason.SERVER_BUSY)
        if stopped := await _step(step, reason):
            return stopped
    return Outcome(Ending.TAKEN)


async def _step(do: Callable[[], Awaitable[object]], refused: Reason, *, always_later: bool = False) -> Outcome | None:
    """None when it went well. What the server says before it knows of the mail is about the account, not the mail."""
    try:
        await do()
    except aiosmtplib.SMTPAuthenticationError as error:
        _log.warning("mail.account_refused", code=error.code)
        return Outcome(Ending.LATER, Reason.ACCOUNT_REFUSED, _told(error))
    except aiosmtplib.SMTPResponseException as error:
        if error.code >= _PERMANENT and not always_later:
            return Outcome(Ending.NEVER, refused, _told(error))
        return Outcome(Ending.LATER, refused if always_later else Reason.SERVER_BUSY, _told(error))
    except _FAILURES as error:
        _log.warning("mail.server_unreachable", kind=type(error).__name__)
        return Outcome(Ending.LATER, Reason.SERVER_UNREACHABLE)
    return None


def _told(error: aiosmtplib.SMTPResponseException) -> str | None:
    if error.code < 0:
        return None
    extended = _CODE.search(error.message)
    return f"{error.code} {extended[0]}" if extended else str(error.code)


async def _leave(client: aiosmtplib.SMTP) -> None:
    """What was taken stays taken, however the parting goes."""
    with suppress(*_FAILURES):
        if client.is_connected:
            async with asyncio.timeout(_QUIT_SECONDS):
                await client.quit()
    client.close()
