"""Reading incidents."""

from typing import Annotated

import strawberry

from chassis.errors import Invalid
from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.enums import IncidentOrder
from services.incidents.graphql.types.filters import IncidentFilter, to_filter
from services.incidents.graphql.types.incident import Incident
from services.incidents.graphql.types.pages import page_of_incidents
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.orders import Order

_VIEW = CompanyScope(permission=permissions.VIEW)
_LIST = CompanyScope(permission=permissions.VIEW, argument="filter.companyIds")
_MOST_ORDERS = 3


@strawberry.type
class IncidentQueries:
    @strawberry.field(
        directives=[_VIEW],
        description=described(
            "One incident, by `id` or by `reference`.",
            rights="incident.view in its company; restricted: members or incident.view_restricted.",
        ),
    )
    async def incident(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")] = None,
        reference: Annotated[str | None, strawberry.argument(description="Its number for people.")] = None,
    ) -> Incident | None:
        if (id is None) == (reference is None):
            raise Invalid("Give either id or reference.", field=("id",))
        if id is not None:
            row = await info.context.incidents.load(to_uuid(id, "id"))
        else:
            async with info.context.read() as session:
                row = await Incidents(session, info.context.actor).by_reference(reference or "")
        return None if row is None else Incident.from_row(row)

    @strawberry.field(
        directives=[_LIST],
        description=described(
            "The incidents of the companies you may see, newest first.",
            rights="incident.view in the company of each; restricted: members or incident.view_restricted.",
        ),
    )
    async def incidents(
        self,
        info: Info,
        filter: Annotated[IncidentFilter | None, strawberry.argument(description="Which incidents.")] = None,
        order_by: Annotated[
            list[IncidentOrder] | None,
            strawberry.argument(description="Up to three sort keys; left out, the newest first."),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Incident] | None:
        orders = _orders(order_by)
        page, behind = page_of_incidents(first, after, orders, last, before)
        async with info.context.read() as session:
            wanted = await to_filter(filter, session)
            rows = await Incidents(session, info.context.actor).page(wanted, orders, page.first, behind)

        async def count() -> int:
            async with info.context.read() as session:
                return await Incidents(session, info.context.actor).count(wanted)

        nodes = [(Incident.from_row(row), key) for row, key in rows]
        return page.connection(Connection[Incident], nodes, count)


def _orders(given: list[IncidentOrder] | None) -> list[Order]:
    if given is not None and len(given) > _MOST_ORDERS:
        raise Invalid(f"At most {_MOST_ORDERS} sort keys.", field=("order_by",))
    return [Order[each.name] for each in given or ()] or [Order.REGISTERED_AT_DESC]
