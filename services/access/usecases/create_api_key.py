"""Making an API key: for oneself, or for somebody who may do no more than its maker."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict, Invalid
from chassis.identifiers import Key
from services.access.domain import details
from services.access.domain.history import Operation, created
from services.access.domain.key_limits import BeyondKey, KeyLimits
from services.access.domain.permissions import known
from services.access.domain.secrets import new_key
from services.access.persistence.api_keys import add_key, limits_of
from services.access.persistence.companies import Companies
from services.access.persistence.rows import ApiKeyRow
from services.access.persistence.users import Users
from services.access.usecases.delegation import require_power_over
from services.access.usecases.recording import record_key

MOST_LIMITS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApiKey:
    """Without `permissions` or `companies` the key is not limited in that way."""

    name: str
    expires_at: datetime | None = None
    user_id: UUID | None = None
    permissions: Collection[str] | None = None
    companies: Collection[Key] | None = None


@dataclass(frozen=True, slots=True)
class CreatedApiKey:
    """`secret` is told now and never again."""

    row: ApiKeyRow
    secret: str


async def create_api_key(command: CreateApiKey, work: UnitOfWork) -> CreatedApiKey:
    """Raises NotFound, Denied or Invalid."""
    owner = work.actor.id if command.user_id is None else command.user_id
    if owner != work.actor.id:  # whose secret the maker will see
        await require_power_over(owner, work, field="user_id")
    await _require_active(owner, work)
    limits = await _limits(command, work)
    if not limits.within(await limits_of(work.actor.credential, work.session)):
        raise BeyondKey(field=("permissions",) if command.permissions is None else ("companies",))
    key = new_key()
    row = await add_key(
        key,
        user_id=owner,
        name=details.name(command.name),
        created_by=work.actor.id,
        expires_at=_in_future(command.expires_at),
        limits=limits,
        session=work.session,
    )
    told = created(
        name=row.name,
        user=owner,
        expires_at=row.expires_at,
        permissions=row.permissions,
        companies=row.company_ids,
    )
    await record_key(row, Operation.CREATED, work, told)
    return CreatedApiKey(row, key.secret)


async def _require_active(owner: UUID, work: UnitOfWork) -> None:
    """Locked until the key is there, so that it is among those that end when the user is made inactive."""
    user = await Users(work.session, work.actor).lock(owner, "user_id")
    if not user.active:
        raise Conflict("This user is inactive.", field=("user_id",))


async def _limits(command: CreateApiKey, work: UnitOfWork) -> KeyLimits:
    """Of companies in the maker's sight. Raises Invalid or NotFound."""
    for name, given in (("permissions", command.permissions), ("companies", command.companies)):
        if given is not None and not 0 < len(given) <= MOST_LIMITS:
            raise Invalid(f"Name 1 to {MOST_LIMITS}, or leave it out for a key without this limit.", field=(name,))
    permissions = None if command.permissions is None else known(command.permissions, field=("permissions",))
    if command.companies is None:
        return KeyLimits.of(permissions, None)
    companies = await Companies(work.session, work.actor).resolve(command.companies, "companies")
    return KeyLimits.of(permissions, companies)


def _in_future(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None or moment <= datetime.now(UTC):
        raise Invalid("A key expires in the future, at a time with its offset.", field=("expires_at",))
    return moment
