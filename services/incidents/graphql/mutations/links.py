"""Linking incidents."""

from collections.abc import Awaitable
from typing import Annotated, Final, TypeAlias

import strawberry

from chassis.errors import Invalid, Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, Reference, to_key, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current_part
from services.incidents.graphql.types.links import IncidentLink
from services.incidents.persistence.link_rows import LinkRow
from services.incidents.usecases.link_incidents import LinkIncidents, link_incidents
from services.incidents.usecases.link_page import LinkPage, link_page
from services.incidents.usecases.remove_link import RemoveLink, remove_link

_EDIT: Final = CompanyScope(permission=permissions.EDIT)
_RIGHTS: Final = "incident.edit in the companies of both incidents; restricted: members or incident.view_restricted."


@strawberry.input(description="What an incident is linked to: another incident, or a page elsewhere.")
class AddIncidentLinkInput:
    incident_id: strawberry.ID = strawberry.field(description="The incident.")
    link_type: Reference | None = strawberry.field(
        default=None, description="How the link is called from here; a page elsewhere may do without."
    )
    other_id: strawberry.ID | None = strawberry.field(default=None, description="The other incident.")
    url: str | None = strawberry.field(
        default=None, description="Or the address of a page: http or https, up to 2,000 characters, no password in it."
    )
    title: str | None = strawberry.field(default=None, description="What there is to find, up to 300 characters.")
    note: str | None = strawberry.field(default=None, description="Why they are linked, up to 2,000 characters.")


@strawberry.input(description="The link to remove.")
class RemoveIncidentLinkInput:
    id: strawberry.ID = strawberry.field(description="The link, as either incident has it.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


New: TypeAlias = Annotated[AddIncidentLinkInput, strawberry.argument(description="What to link, and how.")]
Removal: TypeAlias = Annotated[RemoveIncidentLinkInput, strawberry.argument(description="Which link.")]


@strawberry.type(description="What came of a change to a link.")
class IncidentLinkPayload:
    link: IncidentLink | None = strawberry.field(
        description="The link, or what it was; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class LinkMutations:
    @strawberry.mutation(
        directives=[_EDIT],
        description=described(
            "Links an incident to another one, which shows the link from its own side, or to a page elsewhere.",
            rights=_RIGHTS,
        ),
    )
    async def add_incident_link(self, info: Info, input: New) -> IncidentLinkPayload | None:
        return await _payload(_add(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT], description=described("Removes a link, from both incidents.", rights=_RIGHTS)
    )
    async def remove_incident_link(self, info: Info, input: Removal) -> IncidentLinkPayload | None:
        return await _payload(_remove(input, info.context))


async def _add(source: AddIncidentLinkInput, context: Context) -> LinkRow:
    command = _command(source)
    await context.projections.ensure(context.actor, entries=[] if command.type is None else [command.type])
    async with context.work() as work:
        if isinstance(command, LinkPage):
            return await link_page(command, work)
        return await link_incidents(command, work)


def _command(source: AddIncidentLinkInput) -> LinkPage | LinkIncidents:
    """Raises Invalid unless it leads either to an incident or to a page."""
    if (source.other_id is None) == (source.url is None):
        raise Invalid("Give either otherId or url.", field=("other_id",))
    incident_id = to_uuid(source.incident_id, "incident_id")
    kind = None if source.link_type is None else to_key(source.link_type, "link_type")
    if source.url is not None:
        return LinkPage(incident_id=incident_id, url=source.url, title=source.title, type=kind, note=source.note)
    if source.title is not None:
        raise Invalid("Another incident has its own title: leave this out.", field=("title",))
    if kind is None:
        raise Invalid("Say how the two are linked.", field=("link_type",))
    other_id = to_uuid(source.other_id or strawberry.ID(""), "other_id")
    return LinkIncidents(incident_id=incident_id, other_id=other_id, type=kind, note=source.note)


async def _remove(source: RemoveIncidentLinkInput, context: Context) -> LinkRow:
    command = RemoveLink(link_id=to_uuid(source.id, "id"), expected_version=source.expected_version)
    async with context.work() as work:
        return await remove_link(command, work)


async def _payload(change: Awaitable[LinkRow]) -> IncidentLinkPayload:
    try:
        return IncidentLinkPayload(link=IncidentLink.from_row(await change), errors=[])
    except Refusal as refusal:
        return IncidentLinkPayload(
            link=current_part(refusal, LinkRow, IncidentLink.from_row), errors=[user_error(refusal)]
        )
