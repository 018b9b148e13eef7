"""What was said about these incidents?"""

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader
from services.incidents.domain.comments import CommentAudience
from services.incidents.persistence.part_rows import CommentRow
from services.incidents.persistence.parts import Parts


def comments(read: OpenRead, actor: Actor, audience: CommentAudience | None) -> PagesLoader[CommentRow]:
    """Oldest first, behind the id of the comment that was shown last; for one audience, or all."""
    conditions = [] if audience is None else [CommentRow.audience == audience.value]
    return PagesLoader(
        read,
        lambda session, ids, first, after: Parts(session, actor, CommentRow, *conditions).pages(ids, first, after),
        lambda session, ids: Parts(session, actor, CommentRow, *conditions).counts(ids),
    )
