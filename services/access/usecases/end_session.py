"""Ending one of one's own sessions, or all of them."""

from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.access.domain.events import SessionEnded
from services.access.domain.history import Operation, Subject, SubjectKind
from services.access.persistence.history import record
from services.access.persistence.rows import SessionRow, UserRow
from services.access.persistence.sessions import end_own_session, end_sessions_of
from services.access.persistence.users import Users
from services.access.usecases.delegation import require_own_hand
from services.access.usecases.recording import record_user
from services.access.usecases.telling import tell_grants


async def end_session(session_id: UUID, work: UnitOfWork) -> SessionRow:
    """The session that was. Raises NotFound, also for somebody else's, or BeyondKey."""
    await require_own_hand(work)
    ended = await end_own_session(session_id, work.actor.id, work.session)
    if ended is None:
        raise NotFound("The session was", field=("id",))
    subject = Subject(SubjectKind.SESSION, ended.id, work.actor.name)
    record(subject, work.actor.anywhere(), Operation.ENDED, work)
    work.emit(SessionEnded(user_id=ended.user_id), subject=ended.id, company=None, sequence=1)
    return ended


async def end_all_sessions(work: UnitOfWork, *, keep_this: bool) -> tuple[UserRow, int]:
    """The user, and how many ended. API keys stay. Raises NotFound or BeyondKey."""
    await require_own_hand(work)
    user = await Users(work.session, work.actor).lock(work.actor.id)
    ended = await end_sessions_of(user.id, work.session, but=work.actor.credential if keep_this else None)
    if ended:
        await record_user(user, Operation.ENDED, work, {"sessions": (ended, 0)})
        tell_grants(user, work)
        await work.session.flush()
    return user, ended
