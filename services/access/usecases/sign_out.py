"""Ending a session."""

from pydantic import BaseModel

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from services.access.domain.events import SessionEnded
from services.access.persistence.sessions import end_session

_ACTOR = Actor.system("sign-out", EVERY_COMPANY)


class SignOut(BaseModel):
    """`token_digest` is the SHA-256 of the session's token, in hexadecimal."""

    token_digest: str


async def sign_out(asked: SignOut, database: Database) -> dict[str, bool]:
    """`{"ended": whether there was such a session}`."""
    async with database.work(_ACTOR) as work:
        ended = await end_session(asked.token_digest, work.session)
        if ended is not None:
            work.emit(SessionEnded(user_id=ended.user_id), subject=ended.id, company=None, sequence=1)
    return {"ended": ended is not None}
