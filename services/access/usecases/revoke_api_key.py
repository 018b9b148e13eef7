"""Revoking an API key: by its user, or by who may do all that its user may."""

from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.access.domain.events import GrantsChanged
from services.access.domain.history import Operation, Subject, SubjectKind
from services.access.persistence.api_keys import lock_key
from services.access.persistence.history import record
from services.access.persistence.rows import ApiKeyRow
from services.access.persistence.users import Users
from services.access.usecases.delegation import companies_of, require_power_over


async def revoke_api_key(key_id: UUID, work: UnitOfWork) -> ApiKeyRow:
    """Raises NotFound or Denied. Revoking a revoked key changes nothing."""
    key = await lock_key(key_id, work.session)
    owner = (await Users(work.session, work.actor).by_ids([key.user_id]))[key.user_id]
    if not owner.in_detail:
        raise NotFound("The API key was", field=("id",))
    if key.user_id != work.actor.id:
        await require_power_over(key.user_id, work, field="id")
    if key.revoked_at is None:
        key.revoked_at = datetime.now(UTC)
        subject = Subject(SubjectKind.API_KEY, key.id, key.name)
        record(subject, await companies_of(key.user_id, work), Operation.REVOKED, work)
        work.emit(GrantsChanged(user_ids=(key.user_id,)), subject=key.id, company=None, sequence=1)
        await work.session.flush()
    return key
