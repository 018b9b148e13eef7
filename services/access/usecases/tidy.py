"""Removing what is over: expired sessions, old sign-in attempts, scopes that nobody is given any more."""

from typing import Final

from sqlalchemy import func, select

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from services.access.persistence.attempts import forget_old_attempts
from services.access.persistence.scopes import forget_old_scopes
from services.access.persistence.sessions import forget_expired_sessions

_ACTOR = Actor.system("tidying", EVERY_COMPANY)
_LOCK: Final = 7_246_102


async def tidy(database: Database) -> None:
    """One at a time; who comes while another is at it leaves it to that one."""
    async with database.work(_ACTOR) as work:
        if await work.session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
            await forget_expired_sessions(work.session)
            await forget_old_attempts(work.session)
            await forget_old_scopes(work.session)
