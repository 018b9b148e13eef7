from collections import Counter

import pytest

from benchmarks.locales.content import COMMON, FEW, MANY, Size, kinds, tags
from benchmarks.locales.measure import figures_of
from benchmarks.locales.service import PAGE, Taken
from chassis.locales import canonical


@pytest.mark.parametrize("size", [FEW, MANY])
def test_there_are_as_many_locales_and_entries_as_is_said(size: Size) -> None:
    found = tags(size.locales)

    assert len({*found}) == size.locales
    assert [canonical(tag) for tag in found] == found
    assert len(kinds(size.entries)) == size.entries


def test_what_both_are_asked_for_is_there_in_both() -> None:
    assert Counter(kinds(FEW.entries)) == COMMON
    assert kinds(MANY.entries)[: FEW.entries] == kinds(FEW.entries)
    assert {*tags(FEW.locales)} <= {*tags(MANY.locales)}


def test_a_page_has_five_entries_for_each_of_fifty_incidents_and_names_all_fifty() -> None:
    asked = PAGE[1]["of"]

    assert Counter(each["__typename"] for each in asked) == dict.fromkeys(
        ("Classification", "IncidentType", "IncidentStatus", "Severity", "Outcome"), 50
    )
    assert len({each["id"] for each in asked}) == FEW.entries


def test_medians_of_many_are_told_as_times_those_of_few() -> None:
    few, many = [Taken(2, 10), Taken(3, 20), Taken(90, 90)], [Taken(6, 22), Taken(1, 1), Taken(9, 25)]

    assert [(figure.value, figure.ratio) for figure in figures_of("list", few, many)] == [(22, 1.1), (6, 2)]
