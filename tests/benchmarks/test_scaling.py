"""What is told of turns with several workers: medians, and ratios to one worker."""

from benchmarks.scaling import Turn, figures_of, rate_from


def turn(per_second: float, shared: float | None) -> Turn:
    return Turn(per_second, shared, {"services.files work": 0.5}, cores=1.5)


def test_ratios_are_to_one_worker_of_the_same_service() -> None:
    turns = {
        ("files", 1): [turn(100, 100), turn(120, 110), turn(110, None)],
        ("files", 2): [turn(220, 231), turn(140, 200), turn(165, None)],
        ("notifications", 1): [turn(10, None)],
    }

    told = {figure.name: (figure.value, figure.ratio) for figure in figures_of(turns)}

    assert told["files, workers: 2: events handled"] == (165, 1.5)
    assert told["files, workers: 2: events handled, once shared"] == (215.5, 215.5 / 105)
    assert told["notifications, workers: 1: events handled"] == (10, 1)
    assert "notifications, workers: 1: events handled, once shared" not in told
    assert told["files, workers: 1: processor time per event: services.files work"] == (0.5, None)


def test_a_rate_is_that_from_a_moment_on() -> None:
    assert rate_from(2.0, [(0.0, 0), (1.0, 10), (2.0, 20), (4.0, 100)]) == 40
    assert rate_from(2.0, [(0.0, 0), (1.0, 10), (2.0, 20), (3.9, 100)]) is None
    assert rate_from(9.0, [(0.0, 0), (4.0, 100)]) is None
