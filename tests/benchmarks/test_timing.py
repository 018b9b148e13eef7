import random

from benchmarks.timing import shuffled_medians

CHANCE = random.Random(7)  # noqa: S311  # no secret


def pairs(slower: float) -> list[tuple[float, float]]:
    """Times that scatter by a tenth; those of the first are `slower` by so many milliseconds."""
    return [(CHANCE.gauss(10, 1) + slower, CHANCE.gauss(10, 1)) for _ in range(1000)]


def test_medians_that_differ_by_a_fiftieth_are_told_apart() -> None:
    assert shuffled_medians(pairs(0.2)) < 0.01


def test_medians_that_are_alike_are_not() -> None:
    assert sum(shuffled_medians(pairs(0.0), seed) < 0.01 for seed in range(5)) <= 1
