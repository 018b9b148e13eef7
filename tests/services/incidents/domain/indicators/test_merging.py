"""Two who said different things of one indicator: what is left."""

from typing import Any

import pytest

from services.incidents.domain.indicators.merging import filled


@pytest.mark.parametrize(
    ("kept", "other", "changes"),
    [
        ({"tlp": "GREEN"}, {"tlp": "RED"}, {"tlp": "RED"}),
        ({"tlp": "AMBER_STRICT"}, {"tlp": "AMBER"}, {}),
        ({"pap": "CLEAR"}, {"pap": "AMBER"}, {"pap": "AMBER"}),
        ({"description": None, "tags": []}, {"description": "Known", "tags": ["c2"]},
         {"description": "Known", "tags": ["c2"]}),
        ({"description": "Mine", "tags": ["own"]}, {"description": "Yours", "tags": ["c2"]}, {}),
        ({"is_ioc": False, "confidence": 0}, {"is_ioc": True, "confidence": 80}, {"is_ioc": True}),
        ({"role": "UNKNOWN", "sighted": False}, {"role": "VICTIM", "sighted": True},
         {"role": "VICTIM", "sighted": True}),
        ({"role": "INFRA", "sighted": True}, {"role": "VICTIM", "sighted": False}, {}),
        ({"whitelisted": False}, {"whitelisted": True}, {}),
        ({"whitelisted": True}, {"whitelisted": False}, {}),
    ],
)  # fmt: skip
def test_markings_become_the_stricter_and_what_was_not_said_is_filled(
    kept: dict[str, Any], other: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert filled(kept, other) == changes
