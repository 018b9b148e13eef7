"""What are these incidents linked to?"""

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader
from services.incidents.persistence.link_rows import LinkRow
from services.incidents.persistence.links import links_of


def links(read: OpenRead, actor: Actor) -> PagesLoader[LinkRow]:
    """Oldest first; what leads to an incident that the actor does not see is not there."""
    return PagesLoader(
        read,
        lambda session, ids, first, after: links_of(session, actor).pages(ids, first, after),
        lambda session, ids: links_of(session, actor).counts(ids),
    )
