"""Revoking an API key: by its user, or by who may do all that its user may."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.access.domain.history import Operation
from services.access.persistence.api_keys import ApiKeys
from services.access.persistence.rows import ApiKeyRow
from services.access.usecases.delegation import require_rights_over
from services.access.usecases.recording import record_key
from services.access.usecases.telling import tell_key
from services.access.usecases.versions import expect


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApiKey:
    key_id: UUID
    expected_version: int | None = None


async def revoke_api_key(command: RevokeApiKey, work: UnitOfWork) -> ApiKeyRow:
    """Raises NotFound, Denied or StaleRow. Revoking a revoked key changes nothing."""
    key = await ApiKeys(work.session, work.actor).lock(command.key_id)
    if key.user_id != work.actor.id:
        await require_rights_over(key.user_id, work, field="id")
    expect(command.expected_version, key, work)
    if key.revoked_at is None:
        key.revoked_at = datetime.now(UTC)
        key.version += 1
        await record_key(key, Operation.REVOKED, work)
        tell_key(key, work)
        await work.session.flush()
    return key
