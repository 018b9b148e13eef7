"""Which incidents' texts may leave, and which texts."""

from types import SimpleNamespace

import pytest

from chassis.errors import Invalid
from services.incidents.domain.disclosure import LONGEST, NARRATIVE, mark_of, may_leave, narrative
from services.incidents.domain.visibility import Visibility


@pytest.mark.parametrize(
    ("tlp", "leaves"),
    [
        (None, True),
        ("CLEAR", True),
        ("TLP:GREEN", True),
        ("amber", True),
        ("tlp:amber", True),
        ("WHITE", True),
        ("RED", False),
        ("TLP:RED", False),
        (" tlp:red ", False),
        ("AMBER_STRICT", False),
        ("TLP:AMBER+STRICT", False),
        ("", False),
        ("no mark that we know", False),
    ],
)
def test_what_is_red_strict_or_unknown_stays(tlp: str | None, leaves: bool) -> None:
    assert may_leave(Visibility.COMPANY, tlp) is leaves
    assert not may_leave(Visibility.RESTRICTED, tlp)


def test_the_mark_of_an_incident_holds_as_soon_as_incidents_have_one() -> None:
    assert mark_of(SimpleNamespace()) is None
    assert mark_of(SimpleNamespace(tlp="RED")) == "RED"


def test_only_what_tells_what_happened_is_sent() -> None:
    everything = dict.fromkeys((*NARRATIVE, "reported_by_name", "reported_by_email", "location_text"), "x")

    assert narrative(everything) == dict.fromkeys(NARRATIVE, "x")
    assert narrative({"title": "Lost", "description": None, "impact": ""}) == {"title": "Lost"}


def test_what_takes_too_long_is_refused() -> None:
    assert narrative({"title": "abc", "description": "x" * (LONGEST - 3)})
    with pytest.raises(Invalid, match="20001"):
        narrative({"title": "abc", "description": "x" * (LONGEST - 2)})
