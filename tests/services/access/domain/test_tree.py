from uuid import UUID

import pytest

from chassis.errors import Invalid
from services.access.domain.tree import DEEPEST, check_place

IDS = [UUID(int=n) for n in range(1, 30)]


def chain(length: int) -> dict[UUID, UUID | None]:
    """Each below the one before."""
    return {each: IDS[n - 1] if n else None for n, each in enumerate(IDS[:length])}


def test_a_department_may_stand_at_the_top_and_below_any_other() -> None:
    check_place({}, None, None)
    check_place(chain(3), None, IDS[2])
    check_place(chain(3), IDS[2], IDS[0])
    check_place(chain(3), IDS[1], None)


@pytest.mark.parametrize("parent", [1, 2, 3])
def test_nothing_stands_below_itself(parent: int) -> None:
    with pytest.raises(Invalid, match="below itself") as refused:
        check_place(chain(4), IDS[1], IDS[parent])
    assert refused.value.field == ("parent_id",)


def test_the_tree_has_a_depth_that_also_holds_for_what_moves_along() -> None:
    deep = chain(DEEPEST)
    with pytest.raises(Invalid, match=f"at most {DEEPEST} deep"):
        check_place(deep, None, IDS[DEEPEST - 1])
    check_place(deep, None, IDS[DEEPEST - 2])
    two = {IDS[20]: None, IDS[21]: IDS[20]}
    check_place(deep | two, IDS[20], IDS[DEEPEST - 3])
    with pytest.raises(Invalid):
        check_place(deep | two, IDS[20], IDS[DEEPEST - 2])
