"""Who may lead a review and take part in it, and which other incidents it may cover."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid, NotFound
from services.incidents.domain import part_fields, reviews
from services.incidents.domain.part_fields import new_ones, several
from services.incidents.persistence.incidents import INCIDENT, Incidents
from services.incidents.persistence.review_rows import ReviewRow
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.readers import require_readers

REVIEW = "The review was"


async def checked(
    given: Mapping[str, Any], incident: IncidentRow, present: ReviewRow | None, work: UnitOfWork
) -> dict[str, Any]:
    """All values of `given` in the form they are stored in. Raises NotFound or Invalid."""
    values = part_fields.checked(given, reviews.RULES)
    if "facilitator_id" in given:
        values["facilitator_id"] = given["facilitator_id"]
        new = {given["facilitator_id"]} - {None, present and present.facilitator_id}
        await require_readers(new, incident, work, field="facilitator_id")
    if "participant_ids" in given:
        values["participant_ids"] = several(
            given["participant_ids"], reviews.MOST_PARTICIPANTS, field="participant_ids"
        )
        new = set(new_ones(values["participant_ids"], present.participant_ids if present else ()))
        await require_readers(new, incident, work, field="participant_ids")
    if "covers" in given:
        wanted = several(given["covers"], reviews.MOST_COVERED, field="covers")
        values["covers"] = await _covering(wanted, present.covers if present else (), incident, work)
    return values


async def _covering(
    wanted: Sequence[UUID], present: Sequence[UUID], incident: IncidentRow, work: UnitOfWork
) -> list[UUID]:
    """What the review covers after it: what is wanted, and what the actor does not see of what it covers already.

    Who writes the review leaves out what nobody shows him; that shall not take it away, nor tell him that it is there.
    Raises NotFound or Invalid.
    """
    found = await Incidents(work.session, work.actor).by_ids({*wanted, *present})
    if not found.keys() >= set(wanted):
        raise NotFound(INCIDENT, field=("covers",))
    if list(wanted) == [each for each in present if each in found]:
        return list(present)
    _require_coverable([found[each] for each in new_ones(wanted, present)], incident)
    return [*wanted, *(each for each in present if each not in found)]


def _require_coverable(new: Collection[IncidentRow], incident: IncidentRow) -> None:
    """Only others that everybody sees who sees this one, and the other way round. Raises Invalid."""
    if new and incident.restricted:
        raise Invalid("The review of a restricted incident covers no other.", field=("covers",))
    if any(row.id == incident.id or row.company_id != incident.company_id or row.restricted for row in new):
        raise Invalid("A review covers other incidents of the same company that are not restricted.", field=("covers",))


async def shown_covers(ids: Collection[UUID], work: UnitOfWork) -> list[UUID]:
    """Those of them that the actor sees, in their order."""
    found = await Incidents(work.session, work.actor).by_ids(ids)
    return [each for each in ids if each in found]


def concerned(after: ReviewRow, before: Collection[UUID] = ()) -> list[UUID]:
    """Who leads it or takes part, without those who did `before`."""
    named = [*([] if after.facilitator_id is None else [after.facilitator_id]), *after.participant_ids]
    return new_ones(list(dict.fromkeys(named)), before)
