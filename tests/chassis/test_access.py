"""Sets of companies put together."""

from uuid import uuid4

from chassis.access import EVERY_COMPANY, NOWHERE, union


def test_a_union_has_what_any_of_the_sets_has() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()

    assert union(frozenset([one, two]), frozenset([two, three]), NOWHERE) == frozenset([one, two, three])
    assert union(frozenset([one]), EVERY_COMPANY, NOWHERE) is EVERY_COMPANY
    assert union() == NOWHERE


def test_the_union_of_equal_sets_is_one_of_them() -> None:
    one = frozenset([uuid4()])

    assert union(one, one) is one
