"""What callers may ask lists of indicators for, and lists of incidents by their indicators."""

from uuid import UUID

import strawberry

from chassis.database import ReadSession
from chassis.errors import Invalid
from chassis.graphql.inputs import Reference, to_key, to_uuids
from services.incidents.domain.indicators.kinds import possible_digests
from services.incidents.persistence.filters import Indicated
from services.incidents.persistence.indicators import IndicatorFilter
from services.incidents.persistence.known import find_known
from services.incidents.persistence.linked_indicators import INDICATOR_TYPE

MOST_VALUES = 100


@strawberry.input(
    name="IndicatorFilter", description="All given conditions must hold; each list means any of its members."
)
class IndicatorConditions:
    company_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Of these companies.")
    types: list[Reference] | None = strawberry.field(default=None, description="Of these types.")
    values: list[str] | None = strawberry.field(
        default=None, description="With one of these values, written in any way, also defanged; 100 at most."
    )
    tags: list[str] | None = strawberry.field(default=None, description="With one of these tags.")
    is_ioc: bool | None = strawberry.field(default=None, description="Whether they show an attack by themselves.")
    whitelisted: bool | None = strawberry.field(default=None, description="Whether they are known to be harmless.")


async def to_indicator_filter(source: IndicatorConditions | None, session: ReadSession) -> IndicatorFilter:
    """Resolves codes. An unknown one matches nothing, like an unknown id. Raises Invalid for what is no id."""
    if source is None:
        return IndicatorFilter()
    keys = None if source.types is None else [to_key(each, "filter", "types") for each in source.types]
    known = await find_known(session, entries=keys) if keys else None
    types = {each for key in keys or () for each in known.alike(INDICATOR_TYPE, key)} if known else set()
    return IndicatorFilter(
        company_ids=None if source.company_ids is None else to_uuids(source.company_ids, "filter", "company_ids"),
        type_ids=None if keys is None else types,
        digests=None if source.values is None else to_digests(source.values, "filter", "values"),
        tags=None if source.tags is None else [each for each in source.tags if "\x00" not in each],
        is_ioc=source.is_ioc,
        whitelisted=source.whitelisted,
    )


def to_digests(values: list[str], *field: str) -> set[UUID]:
    """Of all that the values may mean. Raises Invalid for too many of them."""
    if len(values) > MOST_VALUES:
        raise Invalid(f"At most {MOST_VALUES} values.", field=field)
    return {digest for value in values for digest in possible_digests(value)}


@strawberry.input(description="Names an indicator, by `id` or by `value`; exactly one of the two.")
class IndicatorReference:
    id: strawberry.ID | None = strawberry.field(default=None, description="Its id.")
    value: str | None = strawberry.field(default=None, description="Its value, written in any way, also defanged.")


def to_indicated(source: list[IndicatorReference]) -> Indicated:
    """Raises Invalid."""
    field = ("filter", "indicators")
    if len(source) > MOST_VALUES:
        raise Invalid(f"At most {MOST_VALUES} indicators.", field=field)
    if any((each.id is None) == (each.value is None) for each in source):
        raise Invalid("Give either id or value.", field=field)
    ids = to_uuids([each.id for each in source if each.id is not None], *field, "id")
    return to_digests([each.value for each in source if each.value is not None], *field), ids
