"""What happened in these incidents, and when?"""

from collections.abc import Collection

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader
from services.incidents.domain.timeline import TimelineKind
from services.incidents.persistence.timelines import Happening, Timelines


class TimelineLoaders:
    """One loader for each choice of kinds and direction, because that is one list."""

    def __init__(self, read: OpenRead, actor: Actor) -> None:
        self._read = read
        self._actor = actor
        self._made: dict[tuple[frozenset[TimelineKind], bool], PagesLoader[Happening]] = {}

    def of(self, kinds: Collection[TimelineKind], *, newest_first: bool) -> PagesLoader[Happening]:
        chosen = frozenset(kinds)
        if (chosen, newest_first) not in self._made:
            self._made[chosen, newest_first] = self._new(chosen, newest_first=newest_first)
        return self._made[chosen, newest_first]

    def _new(self, kinds: frozenset[TimelineKind], *, newest_first: bool) -> PagesLoader[Happening]:
        actor = self._actor
        return PagesLoader(
            self._read,
            lambda session, ids, first, after: Timelines(session, actor, kinds, newest_first=newest_first).pages(
                ids, first, after
            ),
            lambda session, ids: Timelines(session, actor, kinds, newest_first=newest_first).counts(ids),
        )
