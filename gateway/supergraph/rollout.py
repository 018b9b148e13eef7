"""The variants of a supergraph that its progressive overrides make; see labels.py."""

from bisect import bisect_right
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from gateway.supergraph.labels import percentage
from gateway.supergraph.model import Supergraph
from gateway.supergraph.reader import SupergraphReader


@dataclass(frozen=True, slots=True)
class Rollout:
    """A variant serves requests whose share is below its bound and not below the one before; the last, the rest.

    Variants differ only in which graphs answer fields, and the last is the one in which no percentage holds.
    """

    bounds: tuple[float, ...]
    variants: tuple[Supergraph, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all requests are served alike."""
        return not self.bounds

    def variant_of(self, share: float) -> int:
        """The number of the variant for a share of 0 to 100, 100 excluded."""
        return bisect_right(self.bounds, share)


def read_rollout(sdl: str, labels: AbstractSet[str] = frozenset()) -> Rollout:
    """Read the SDL; `labels` are the override labels that are on for every request. Raises SupergraphError."""
    reader = SupergraphReader(sdl)
    percents = {label: percent for label in reader.labels - labels if (percent := percentage(label)) is not None}
    bounds = tuple(sorted(set(percents.values())))
    held = [{label for label, percent in percents.items() if percent >= bound} for bound in bounds]
    return Rollout(bounds, tuple(reader.read(labels | on) for on in (*held, frozenset())))
