"""What is told of turns: medians of rounds, and ratios within each round."""

from dataclasses import asdict

from benchmarks.gateway.load import Turn
from benchmarks.gateway.table import rows
from benchmarks.gateway.telling import figures_of

HIVE, APOLLO = "Hive (Rust planner)", "Apollo"


def turn(per_second: float, processor: float) -> Turn:
    return Turn(per_second, 5.0, 9.0, processor, 60.0, busy=0.97, others_busy=0.2)


def test_ratios_are_those_of_turns_of_one_round() -> None:
    turns = {
        ("small", 50, "ours"): [turn(100, 1), turn(10, 1), turn(90, 4)],
        ("small", 50, HIVE): [turn(50, 3), turn(2, 3), turn(45, 4)],
    }
    figures = {figure.name.partition("at once: ")[2]: figure for figure in figures_of(turns) if figure.ratio}

    assert (figures["ours: requests"].value, figures["ours: requests"].ratio) == (90, 2.0)
    assert (figures[f"{HIVE}: processor time"].value, figures[f"{HIVE}: processor time"].ratio) == (3, 3.0)


def test_without_others_there_is_nothing_to_compare() -> None:
    figures = figures_of({("small", 1, "ours"): [turn(100, 1)]})

    assert {figure.ratio for figure in figures} == {None}
    assert list(rows([asdict(figure) for figure in figures])) == ["| small, 1 | sharing |  |  | 1.00 | 9 | 60 | 97% |"]


def test_the_table_has_a_row_for_each_way_that_ours_ran() -> None:
    names = ("ours", "ours, no sharing", HIVE, f"{HIVE}, no sharing", APOLLO)
    turns = {("small", 50, name): [turn(100 / number, number)] for number, name in enumerate(names, start=1)}

    assert list(rows([asdict(figure) for figure in figures_of(turns)])) == [
        "| small, 50 | sharing | 3.0 × | 5.0 × | 1.00; 3.00, 5.00 | 9; 9, 9 | 60; 60, 60 | 97% |",
        "| small, 50 | no sharing | 2.0 × | 2.5 × | 2.00; 4.00, 5.00 | 9; 9, 9 | 60; 60, 60 | 97% |",
    ]
