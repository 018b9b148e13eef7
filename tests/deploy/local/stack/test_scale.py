"""SCALE is read as written, and a slip is told with the way out."""

import pytest

from deploy.local.errors import CannotStart
from deploy.local.stack.scale import NAMES, read_scale


def test_there_is_one_of_what_is_not_named() -> None:
    assert read_scale("") == dict.fromkeys(NAMES, 1)


def test_names_have_their_numbers() -> None:
    scale = read_scale(" files-work=3  gateway=2\tincidents=2 ")

    assert {name: count for name, count in scale.items() if count > 1} == {
        "files-work": 3,
        "gateway": 2,
        "incidents": 2,
    }


@pytest.mark.parametrize(
    "slip", ["files-worker=2", "gateway-work=2", "files=0", "files=x", "files=21", "files", "files=-1"]
)
def test_a_slip_names_itself_and_what_there_is(slip: str) -> None:
    with pytest.raises(CannotStart) as told:
        read_scale(f"incidents=2 {slip}")

    assert f'"{slip}"' in str(told.value)
    assert "files-work" in str(told.value)
