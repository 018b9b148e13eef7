"""Giving an API key another secret, while the one it has holds on for some hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict, Invalid
from services.access.domain.history import Operation
from services.access.domain.key_limits import BeyondKey, KeyLimits
from services.access.domain.secrets import digest, next_secret
from services.access.persistence.api_keys import ApiKeys, limits_of
from services.access.persistence.rows import ApiKeyRow
from services.access.usecases.create_api_key import CreatedApiKey
from services.access.usecases.delegation import require_rights_over
from services.access.usecases.recording import record_key
from services.access.usecases.telling import tell_key
from services.access.usecases.versions import expect

USUAL_OVERLAP: Final = 24
LONGEST_OVERLAP: Final = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateApiKey:
    """The secret before the present one, if it still holds, ends at once."""

    key_id: UUID
    overlap_hours: int = USUAL_OVERLAP
    expected_version: int | None = None


async def rotate_api_key(command: RotateApiKey, work: UnitOfWork) -> CreatedApiKey:
    """Raises NotFound, Denied, Invalid, Conflict or StaleRow; then nothing is changed."""
    if not 0 <= command.overlap_hours <= LONGEST_OVERLAP:
        raise Invalid(f"The old secret holds on for 0 to {LONGEST_OVERLAP} hours.", field=("overlap_hours",))
    key = await ApiKeys(work.session, work.actor).lock(command.key_id)
    await _require_right_to(key, work)
    now = datetime.now(UTC)
    expect(command.expected_version, key, work)
    _require_present(key, now)
    secret = next_secret(key.prefix)
    key.previous_digest = key.digest
    key.previous_until = now + timedelta(hours=command.overlap_hours)
    key.digest = digest(secret)
    key.version += 1
    await record_key(key, Operation.ROTATED, work, {"overlap_hours": (None, command.overlap_hours)})
    tell_key(key, work)
    await work.session.flush()
    return CreatedApiKey(key, secret)


async def _require_right_to(key: ApiKeyRow, work: UnitOfWork) -> None:
    """Whoever sees the secret can do what the key can."""
    if key.user_id != work.actor.id:
        await require_rights_over(key.user_id, work, field="id")
    limits = KeyLimits.of(key.permissions, key.company_ids)
    if not limits.within(await limits_of(work.actor.credential, work.session)):
        raise BeyondKey(field=("id",))


def _require_present(key: ApiKeyRow, now: datetime) -> None:
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        raise Conflict("This key has ended: make a new one.", field=("id",))
