"""Connections to PostgreSQL, with limits on every wait, and what is wrong with them told as faults."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
import orjson
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chassis.discretion import leave_values_out
from chassis.errors import Fault, Invalid
from chassis.identifiers import to_json
from chassis.statements import trace_statements
from chassis.tracing import trace
from chassis.unconnected import why_not

# SQLSTATE classes of what passes: connection lost, transactions in one another's way, resources, operator intervention.
_PASSING_CLASSES = ("08", "40", "53", "57")
_LOCKED = "55P03"
_UNSTORABLE_TEXT = ("22021", "22P05")
# A writer never waits for ever, and a connection that was forgotten inside a transaction does not keep its locks.
_LIMITS = {"lock_timeout": "15s", "idle_in_transaction_session_timeout": "60s"}


def new_engine(
    url: str, *, connections: int = 10, statement_seconds: float = 60, waiting_seconds: float = 10
) -> AsyncEngine:
    """With at most `connections`; a statement, and the waiting for a free connection, have their limits in seconds."""
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=waiting_seconds,
        json_serializer=lambda value: orjson.dumps(value, default=to_json).decode(),
        json_deserializer=orjson.loads,
        hide_parameters=True,
        connect_args={"command_timeout": statement_seconds, "server_settings": {"timezone": "UTC", **_LIMITS}},
    )
    if trace.tracer is not None:
        trace_statements(engine)  # the first to hear of an error: who raises another one keeps it from the rest
    event.listen(engine.sync_engine, "handle_error", leave_values_out)
    event.listen(engine.sync_engine, "handle_error", _as_fault)
    return engine


def _as_fault(context: Any) -> None:
    """What passes is a fault of the outside world, not a bug of ours. A cancellation stays one: it only looks lost."""
    error = context.original_exception
    if not isinstance(error, Exception):
        return
    state = getattr(error, "sqlstate", None) or ""
    if isinstance(error, TimeoutError):
        raise Fault("database", "did not answer in time") from error
    if context.is_disconnect or isinstance(error, OSError):
        raise Fault("database", "the connection was lost or refused") from error
    if state.startswith(_PASSING_CLASSES) or state == _LOCKED:
        raise Fault("database", f"could not do it now ({state})") from error
    if state in _UNSTORABLE_TEXT:
        raise Invalid("A text holds the character U+0000, which cannot be stored: take it out.") from error


@asynccontextmanager
async def connecting() -> AsyncIterator[None]:
    """The faults of the first statement, for which a connection is taken from the pool or made."""
    try:
        yield
    except PoolExhausted as error:
        raise Fault("database", "all connections are in use") from error
    except (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Fault("database", why_not(error)) from error


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection. Raises Fault when there is none to be had."""
    async with AsyncExitStack() as stack:
        async with connecting():
            connection = await stack.enter_async_context(engine.connect())
        yield connection
