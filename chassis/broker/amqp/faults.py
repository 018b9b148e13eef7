"""What the client library raises, told as faults: those that pass by themselves, and those that a person ends."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aio_pika.exceptions import (
    CONNECTION_EXCEPTIONS,
    AuthenticationError,
    DeliveryError,
    InvalidFrameError,
    ProbableAuthenticationError,
)
from aiormq.exceptions import ChannelAccessRefused, ChannelPreconditionFailed

from chassis.errors import Fault

_SERVICE = "broker"
_HOST_REFUSED = "Connection.OpenOk"  # what was expected; the library does not tell what came in its place


class BrokerAway(Fault):
    """There is no connection to be had now."""


class BrokerRefuses(Fault):
    """Waiting does not help: wrong credentials, missing rights, a queue that exists and is another."""


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """The broker has so long for what happens inside. Raises Fault for whatever goes wrong with it."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Fault(_SERVICE, f"did not answer within {seconds:g} s") from error
    except asyncio.CancelledError as error:
        if cancelled_by_others():
            raise
        raise Fault(_SERVICE, "the channel was closed") from error  # the library cancels what waits for a closed one
    except CONNECTION_EXCEPTIONS as error:
        raise _fault(error) from error


def cancelled_by_others() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _fault(error: BaseException) -> Fault:
    text = str(error.args[-1] if error.args else error).strip() or type(error).__name__
    if isinstance(error, DeliveryError):
        return Fault(_SERVICE, "did not take a message")
    if isinstance(error, InvalidFrameError) and _HOST_REFUSED in text:
        return BrokerRefuses(_SERVICE, "does not open the virtual host of AMQP_URL: make it, and give the user rights")
    remedy = _remedy(error, text)
    return Fault(_SERVICE, text) if remedy is None else BrokerRefuses(_SERVICE, f"{text}: {remedy}")


def _remedy(error: BaseException, text: str) -> str | None:
    """What a person has to do; nothing for what passes by itself."""
    if isinstance(error, ProbableAuthenticationError | AuthenticationError):
        return "correct the user or the password in AMQP_URL"
    if isinstance(error, ChannelAccessRefused):
        return "give the user of AMQP_URL the rights that docs/broker.md names"
    if isinstance(error, ChannelPreconditionFailed) and " arg '" in text:
        return "it was made otherwise, by hand or by another release: delete it when it is empty, and it is made anew"
    if isinstance(error.__cause__, ssl.SSLError):
        return "name the authority of its certificate in AMQP_URL (?cafile=...)"
    return None
