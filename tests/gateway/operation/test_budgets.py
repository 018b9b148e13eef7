"""Every caller has a budget a minute, and nobody spends another's."""

import pytest

from gateway.operation import Budgets, RequestErrors


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budgets(clock: Clock) -> Budgets:
    return Budgets(600, clock)


def test_what_is_spent_comes_back_with_time(budgets: Budgets, clock: Clock) -> None:
    budgets.spend("ada", 600)
    with pytest.raises(RequestErrors, match="wait 1 seconds") as raised:
        budgets.spend("ada", 10)
    clock.now = 1.0
    budgets.spend("ada", 10)

    assert [error.code for error in raised.value.errors] == ["LIMIT_BUDGET"]


def test_a_refused_operation_costs_nothing(budgets: Budgets) -> None:
    budgets.spend("ada", 500)
    with pytest.raises(RequestErrors):
        budgets.spend("ada", 101)

    budgets.spend("ada", 100)


def test_a_long_silence_saves_no_more_than_one_budget(budgets: Budgets, clock: Clock) -> None:
    budgets.spend("ada", 1)
    clock.now = 1e6

    with pytest.raises(RequestErrors):
        budgets.spend("ada", 601)


def test_callers_have_budgets_of_their_own(budgets: Budgets) -> None:
    budgets.spend("ada", 600)

    budgets.spend("bob", 600)
