"""What giving incidents indicators and changing these share: their values, and the words for what is not there."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from chassis.database import UnitOfWork
from chassis.errors import ErrorCode, Invalid, Refusal
from services.incidents.domain.indicators.vocabulary import OF_THE_INDICATOR, OF_THE_LINK
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow

INDICATOR: Final = "The indicator was"
_RULES: Final = {**OF_THE_INDICATOR, **OF_THE_LINK}


class SeveralRefusals(Refusal):
    """More than one thing is to be put right; each of `reasons` names its own."""

    code = ErrorCode.INVALID

    def __init__(self, reasons: Sequence[Refusal]) -> None:
        super().__init__(" ".join(each.message for each in reasons), field=reasons[0].field)
        self.reasons = reasons


def checked(values: Mapping[str, Any], *field: str) -> dict[str, Any]:
    """In the form they are stored in. Raises Invalid naming the field, below `field`."""
    return {name: _checked(name, value, field) for name, value in values.items()}


async def indicator_of(link: IncidentIndicatorRow, work: UnitOfWork) -> IndicatorRow:
    """As it is now; nobody else changes it until the commit."""
    wanted = select(IndicatorRow).where(IndicatorRow.id == link.indicator_id).with_for_update()
    return (await work.session.scalars(wanted.execution_options(populate_existing=True))).one()


def under(refusal: Refusal, *field: str) -> Refusal:
    """The same, of something that lies deeper in the input."""
    refusal.field = (*field, *refusal.field)
    return refusal


def _checked(name: str, value: Any, field: tuple[str, ...]) -> Any:
    try:
        return _RULES[name](value)
    except ValueError as error:
        raise Invalid(str(error), field=(*field, name)) from error
