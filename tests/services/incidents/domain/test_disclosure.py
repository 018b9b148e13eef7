"""Which incidents' texts may leave, and which texts."""

import pytest

from chassis.errors import Invalid
from services.incidents.domain.disclosure import LONGEST, NARRATIVE, may_leave, narrative
from services.incidents.domain.visibility import Visibility


@pytest.mark.parametrize(
    ("tlp", "leaves"),
    [("CLEAR", True), ("GREEN", True), ("AMBER", True), ("AMBER_STRICT", False), ("RED", False), ("", False)],
)
def test_what_is_red_or_strict_stays(tlp: str, leaves: bool) -> None:
    assert may_leave(Visibility.COMPANY, tlp) is leaves
    assert not may_leave(Visibility.RESTRICTED, tlp)


def test_only_what_tells_what_happened_is_sent() -> None:
    everything = dict.fromkeys((*NARRATIVE, "reported_by_name", "location_text", "indicators_text"), "x")

    assert narrative(everything) == dict.fromkeys(NARRATIVE, "x")
    assert narrative({"title": "Lost", "description": None, "impact": ""}) == {"title": "Lost"}


def test_what_takes_too_long_is_refused() -> None:
    assert narrative({"title": "abc", "description": "x" * (LONGEST - 3)})
    with pytest.raises(Invalid, match="20001"):
        narrative({"title": "abc", "description": "x" * (LONGEST - 2)})
