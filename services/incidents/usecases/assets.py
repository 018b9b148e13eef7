"""What adding, editing and removing affected assets share."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.incidents.domain import assets
from services.incidents.domain.indicators.kinds import digest
from services.incidents.domain.indicators.texts import plain
from services.incidents.persistence.asset_rows import AssetRow
from services.incidents.persistence.known import Unit, find_known
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.relations import colleagues
from services.incidents.usecases.units import require_unit

ASSET: Final = "The affected asset was"
TOLD: Final = ("kind", "name", "site_id", "user_id", "compromise", "note")
_EMPTY: Final = dict.fromkeys(TOLD)


def name_digest(name: str) -> UUID:
    return digest(plain(name))


async def asset_values(
    given: Mapping[str, Any], current: AssetRow | None, incident: IncidentRow, work: UnitOfWork
) -> dict[str, Any]:
    """What is given, over what there is, as columns. Raises Invalid or NotFound naming the field.

    What the asset refers to already may stay, also when nobody could name it any more.
    """
    before = dict(_EMPTY) if current is None else {name: getattr(current, name) for name in TOLD}
    values = assets.check({**before, **given})
    assets.require_whole(values)
    if values["site_id"] not in (None, before["site_id"]):
        await require_unit(Unit.SITE, values["site_id"], incident.company_id, work)
    if values["user_id"] not in (None, before["user_id"]):
        await _require_person(values["user_id"], incident.company_id, work)
    return values | {"digest": values["name"] and name_digest(values["name"])}


async def _require_person(person: UUID, company: UUID, work: UnitOfWork) -> None:
    """Somebody who may see the company's incidents; of others the registry knows no more than their name."""
    known = await find_known(work.session, users=[person])
    try:
        colleagues([person], known, company, field="user_id")
    except NotFound as error:
        raise NotFound("The person was", field=error.field) from error
