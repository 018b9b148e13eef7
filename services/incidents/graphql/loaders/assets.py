"""What do these incidents affect?"""

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader
from services.incidents.persistence.asset_rows import AssetRow
from services.incidents.persistence.parts import Parts


def assets(read: OpenRead, actor: Actor) -> PagesLoader[AssetRow]:
    """Oldest first, behind the id of the one that was shown last."""
    return PagesLoader(
        read,
        lambda session, ids, first, after: Parts(session, actor, AssetRow).pages(ids, first, after),
        lambda session, ids: Parts(session, actor, AssetRow).counts(ids),
    )
