"""Who has which role in these incidents?"""

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader
from services.incidents.persistence.parts import Parts
from services.incidents.persistence.role_rows import RoleRow


def roles(read: OpenRead, actor: Actor, *, current: bool) -> PagesLoader[RoleRow]:
    """In the order in which they were assigned; all there ever were, or those that somebody has now."""
    conditions = [RoleRow.ended_at.is_(None)] if current else []
    return PagesLoader(
        read,
        lambda session, ids, first, after: Parts(session, actor, RoleRow, *conditions).pages(ids, first, after),
        lambda session, ids: Parts(session, actor, RoleRow, *conditions).counts(ids),
    )
