"""No change may leave the installation without anybody who can give rights."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.database import UnitOfWork
from chassis.errors import Conflict
from services.access.persistence.administrators import any_administrator, one_at_a_time


class LastAdministrator(Conflict):
    """The change would lock everybody out."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody would be left who can sign in and manages access in every company: first make another active "
            "person with a password of their own a member of a group that holds in every company and has "
            "access.manage."
        )


@asynccontextmanager
async def keeping_an_administrator(work: UnitOfWork, *, at_stake: bool = True) -> AsyncIterator[None]:
    """Raises LastAdministrator when the change inside takes away the last one, which only those `at_stake` can.

    The lock comes after the change, when nothing else will be waited for, so that it cannot be part of a circle. Of two
    changes that each leave the other's administrator, the second waits here and then sees the first.
    """
    had = at_stake and await any_administrator(work.session)
    yield
    await work.session.flush()
    if not had:
        return
    await one_at_a_time(work.session)
    if not await any_administrator(work.session):
        raise LastAdministrator
