from datetime import timedelta

from services.access.domain.throttling import ACCOUNT, ADDRESS, LONGEST_PAUSE, pause


def test_the_first_attempts_cost_nothing() -> None:
    assert [pause(attempts, ACCOUNT) for attempts in range(1, 5)] == [timedelta(0)] * 4


def test_then_each_doubles_the_pause_up_to_the_longest() -> None:
    assert [pause(5 + more, ACCOUNT).total_seconds() for more in range(4)] == [1, 2, 4, 8]
    assert pause(10_000, ACCOUNT) == LONGEST_PAUSE


def test_an_address_that_many_share_is_given_more() -> None:
    assert pause(ADDRESS.free_attempts - 1, ADDRESS) == timedelta(0)
    assert ADDRESS.free_attempts > ACCOUNT.free_attempts
