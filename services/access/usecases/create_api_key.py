"""Making an API key: for oneself, or for somebody who may do no more than its maker."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.access.domain import details
from services.access.domain.history import Operation, Subject, SubjectKind, created
from services.access.domain.secrets import new_key
from services.access.persistence.api_keys import add_key
from services.access.persistence.history import record
from services.access.persistence.rows import ApiKeyRow
from services.access.usecases.delegation import companies_of, require_power_over


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApiKey:
    name: str
    expires_at: datetime | None = None
    user_id: UUID | None = None


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
    key = new_key()
    row = await add_key(
        key,
        user_id=owner,
        name=details.name(command.name),
        created_by=work.actor.id,
        expires_at=_in_future(command.expires_at),
        session=work.session,
    )
    told = created(name=row.name, user=owner, expires_at=row.expires_at)
    subject = Subject(SubjectKind.API_KEY, row.id, row.name)
    record(subject, await companies_of(owner, work), Operation.CREATED, work, told)
    return CreatedApiKey(row, key.secret)


def _in_future(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None or moment <= datetime.now(UTC):
        raise Invalid("A key expires in the future, at a time with its offset.", field=("expires_at",))
    return moment
