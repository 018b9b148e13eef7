"""What happened to these files?"""

from typing import TypeAlias

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader
from services.files.persistence.custody import Custodies
from services.files.persistence.rows import CustodyRow

Custody: TypeAlias = PagesLoader[CustodyRow]


def custody(read: OpenRead, actor: Actor) -> Custody:
    """Oldest first, behind the number that was shown last."""
    return PagesLoader(
        read,
        lambda session, ids, first, after: Custodies(session, actor).pages(ids, first, after),
        lambda session, ids: Custodies(session, actor).counts(ids),
    )
