"""What is told of kinds of systems: medians of rounds, and ratios within each round."""

from benchmarks.importing import Import
from benchmarks.listing import Turn
from benchmarks.stack import DOUBLED, ONE, STACK, figures_of_imports, figures_of_lists


def test_imports_are_compared_within_their_round() -> None:
    imports = {
        ONE: [
            Import(100, 1.0, 2.0, {"deploy.local up": 0.125, "weed": 0.0}),
            Import(100, 4.0, 8.0, {"deploy.local up": 0.1}),
        ],
        STACK: [Import(100, 2.0, 2.5, {"gateway serve": 0.5}), Import(100, 8.0, 16.0, {"gateway serve": 0.4})],
    }

    told = {figure.name: (figure.value, figure.ratio, figure.ratio_to) for figure in figures_of_imports(imports)}

    assert told["one process: import"] == (62.5, None, None)
    assert told["stack: import"] == (31.25, 0.5, ONE)
    assert told["stack: import until handled"] == (23.125, 0.65, ONE)
    assert told["stack: import: processor time"] == (4.5, 4.0, ONE)
    assert told["stack: import: cores kept busy"][0] == 0.1125
    assert "one process: import: processor time: deploy.local up" in told
    assert "one process: import: processor time: weed" not in told


def test_lists_are_compared_with_as_many_callers() -> None:
    lists = {
        (name, callers): [Turn(rate / callers, [0.001] * 98 + [0.01, 0.02], {"gateway serve": 2.0})]
        for name, rate in ((ONE, 160.0), (STACK, 80.0), (DOUBLED, 120.0))
        for callers in (8, 1)
    }

    told = {figure.name: figure for figure in figures_of_lists(lists)}

    assert told["stack: list, callers 8: requests"].ratio == 0.5
    assert told[f"{DOUBLED}: list, callers 1: requests"].ratio == 1.5
    assert told[f"{DOUBLED}: list, callers 1: requests"].ratio_to == STACK
    assert told["stack: list, callers 8: cores kept busy"].value == 0.02
    assert told["stack: list, callers 1: median"].value == 1.0
    assert told["stack: list, callers 1: 99 of 100 within"].value == 20.0
    assert told["stack: list, callers 8: processor time: gateway serve"].value == 2.0
