"""Giving an incident indicators: several at once, all of them or none.

What the company knows already from another incident is the same indicator. What is said of it then fills what nobody
has said of it yet; the rest stays as it is, for others rely on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from chassis.database import UnitOfWork
from chassis.errors import Conflict, Invalid, NotFound, Refusal
from chassis.identifiers import Key, uuid7
from services.incidents.domain import permissions
from services.incidents.domain.indicators import kinds
from services.incidents.domain.indicators.recognition import recognize
from services.incidents.domain.indicators.vocabulary import (
    MOST_AT_ONCE,
    MOST_OF_AN_INCIDENT,
    OF_THE_INDICATOR,
    OF_THE_LINK,
)
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.confining import open_indicators
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow
from services.incidents.persistence.indicators import lock_company
from services.incidents.persistence.known import Known, find_known
from services.incidents.persistence.linked_indicators import INDICATOR_TYPE, Identity
from services.incidents.persistence.rows import DirectoryRef, IncidentRow
from services.incidents.usecases.indicators import SeveralRefusals, checked, under
from services.incidents.usecases.parts import new_part_values, take, tell_part

_FIELD = "indicators"
_UNSAID: tuple[Any, ...] = (None, [])


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIndicator:
    """Without a type it is told by the looks of the value. `values` are by the names of the rules for them."""

    value: str
    type: Key | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    type_key: Key | None = field(init=False)

    def __post_init__(self) -> None:
        """Once, for it takes the time to look at what may be long."""
        recognized = recognize(self.value) if self.type is None else None
        object.__setattr__(self, "type_key", self.type if recognized is None else recognized.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddIncidentIndicators:
    incident_id: UUID
    indicators: Sequence[NewIndicator]


class _Checked(NamedTuple):
    identity: Identity
    columns: dict[str, Any]  # of the indicator, but for what says whose it is
    values: dict[str, Any]


async def add_incident_indicators(command: AddIncidentIndicators, work: UnitOfWork) -> list[IncidentIndicatorRow]:
    """In the order given. Raises NotFound, Denied, Invalid, or SeveralRefusals, each naming its place in the list."""
    if not 0 < len(command.indicators) <= MOST_AT_ONCE:
        raise Invalid(f"From 1 to {MOST_AT_ONCE} indicators at once.", field=(_FIELD,))
    incident = await take(command.incident_id, work, right=permissions.EDIT)
    keys = {key for each in command.indicators if (key := each.type_key) is not None}
    known = await find_known(work.session, entries=keys)
    accepted = _accept(command.indicators, known, incident.company_id)

    await lock_company(incident.company_id, work.session)
    await _require_room(incident, accepted, work)
    digests = [digest for _, digest in (each.identity for each in accepted)]
    of = incident.id if incident.restricted else None
    there = await open_indicators(incident.company_id, digests, work.session, of=of)
    added = [_add(each, there.get(each.identity), incident, work) for each in accepted]
    await work.session.flush()
    return added


def _accept(given: Sequence[NewIndicator], known: Known, company: UUID) -> list[_Checked]:
    """Raises SeveralRefusals."""
    accepted: dict[Identity, _Checked] = {}
    refused: list[Refusal] = []
    for place, each in enumerate(given):
        try:
            found = _check(each, known, company)
            if found.identity in accepted:
                raise Invalid("This is twice among them: leave one out.", field=("value",))
            accepted[found.identity] = found
        except Refusal as refusal:
            refused.append(under(refusal, _FIELD, str(place)))
    if refused:
        raise SeveralRefusals(refused)
    return list(accepted.values())


def _check(given: NewIndicator, known: Known, company: UUID) -> _Checked:
    entry = _type(given, known, company)
    try:
        form = kinds.normalized(entry.code, given.value)
    except ValueError as error:
        raise Invalid(str(error), field=("value",)) from error
    usual = {name: rule(None) for name, rule in {**OF_THE_INDICATOR, **OF_THE_LINK}.items()}
    values = usual | checked(given.values)
    digest = kinds.digest(form)
    columns = {"type_id": entry.id, "type_code": entry.code, "value": given.value.strip(), "form": form}
    return _Checked((entry.id, digest), columns | {"digest": digest}, values)


def _type(given: NewIndicator, known: Known, company: UUID) -> DirectoryRef:
    key = given.type_key
    if key is None:
        raise Invalid("Say of which type it is: the value may be anything.", field=("type",))
    entry = known.entry(INDICATOR_TYPE, key, company)
    if entry is None or not entry.choosable(datetime.now(UTC).date()):
        raise NotFound("The type was", field=("type",))
    return entry


async def _require_room(incident: IncidentRow, accepted: Sequence[_Checked], work: UnitOfWork) -> None:
    """Raises Invalid when they become too many, and SeveralRefusals for what stands in the incident already."""
    link = IncidentIndicatorRow
    of = link.incident_id == incident.id
    number = await work.session.scalar(select(func.count()).select_from(link).where(of)) or 0
    wanted = select(link.type_id, link.digest).where(
        of, link.digest == func.any([each.identity[1] for each in accepted])
    )
    there = {(type_id, digest) for type_id, digest in await work.session.execute(wanted)}
    refused = [
        Conflict("This stands in the incident already: leave it out.", field=(_FIELD, str(place), "value"))
        for place, each in enumerate(accepted)
        if each.identity in there
    ]
    if refused:
        raise SeveralRefusals(refused)
    if number + len(accepted) > MOST_OF_AN_INCIDENT:
        raise Invalid(f"At most {MOST_OF_AN_INCIDENT} indicators in an incident; it has {number}.", field=(_FIELD,))


def _add(given: _Checked, there: IndicatorRow | None, incident: IncidentRow, work: UnitOfWork) -> IncidentIndicatorRow:
    indicator = there or _new(given, incident, work)
    said = {name: given.values[name] for name in OF_THE_INDICATOR} if there is None else _fill(there, given.values)
    own = {name: given.values[name] for name in OF_THE_LINK}
    link = IncidentIndicatorRow(
        **new_part_values(incident, uuid7(), work),
        **own,
        indicator_id=indicator.id,
        type_id=indicator.type_id,
        digest=indicator.digest,
    )
    work.session.add(link)
    told = {"type": indicator.type_code, "value": given.columns["value"]} | said | own
    changes = {name: (None, value) for name, value in told.items() if value not in (*_UNSAID, False)}
    tell_part(incident, Part(PartType.INDICATOR, link.id), Operation.ADDED, changes, work, right=permissions.EDIT)
    return link


def _new(given: _Checked, incident: IncidentRow, work: UnitOfWork) -> IndicatorRow:
    indicator = IndicatorRow(
        id=uuid7(),
        company_id=incident.company_id,
        incident_id=incident.id if incident.restricted else None,
        created_at=datetime.now(UTC),
        created_by_id=work.actor.id,
        version=1,
        **given.columns,
        **{name: given.values[name] for name in OF_THE_INDICATOR},
    )
    work.session.add(indicator)
    return indicator


def _fill(there: IndicatorRow, values: Mapping[str, Any]) -> dict[str, Any]:
    """What nobody said of the indicator so far is as it is said now."""
    filled = {
        name: values[name]
        for name in OF_THE_INDICATOR
        if getattr(there, name) in _UNSAID and values[name] not in _UNSAID
    }
    for name, value in filled.items():
        setattr(there, name, value)
    there.version += 1 if filled else 0
    return filled
