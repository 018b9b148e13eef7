"""What is left when two people said different things of one indicator, and the two are made one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from services.incidents.domain.indicators.vocabulary import OF_THE_INDICATOR, OF_THE_LINK, IndicatorRole
from services.incidents.domain.vocabulary import Pap, Tlp

OF_BOTH: Final = frozenset({*OF_THE_INDICATOR, *OF_THE_LINK} - {"whitelisted"})
"""But for whether it is harmless: one who did not know it does not make it so, nor the other way round."""
_STRICTEST: Final[Mapping[str, type[StrEnum]]] = {"tlp": Tlp, "pap": Pap}


def filled(kept: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What changes of `kept`: markings become the stricter ones, and what was not said there is as `other` says it."""
    wanted = {name: _chosen(name, kept[name], value) for name, value in other.items() if name in OF_BOTH}
    return {name: value for name, value in wanted.items() if value != kept[name]}


def _chosen(name: str, kept: Any, other: Any) -> Any:
    words = _STRICTEST.get(name)
    if words is not None:
        return max(kept, other, key=list(words).index)
    unsaid = kept is None or kept is False or kept in ([], IndicatorRole.UNKNOWN)
    return other if unsaid else kept
