"""What has happened to these incidents?"""

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader
from services.incidents.persistence.changes import Changes
from services.incidents.persistence.rows import ChangeRow


def history(read: OpenRead, actor: Actor) -> PagesLoader[ChangeRow]:
    """Newest first, behind the sequence of the entry that was shown last."""
    return PagesLoader(
        read,
        lambda session, incidents, first, after: Changes(session, actor).pages(incidents, first, after),
        lambda session, incidents: Changes(session, actor).counts(incidents),
    )
