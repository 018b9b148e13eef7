from typing import Any

import pytest

from gateway.executor.places import first_path, has_place, objects_at, path_to
from gateway.planner import Step, StepKind

BOOKS = (Step(StepKind.KEY, "books"), Step(StepKind.ITEMS))
NOVELS = (*BOOKS, Step(StepKind.TYPE, "Novel"))
DATA: dict[str, Any] = {"books": [{"__typename": "Poem"}, None, {"__typename": "Novel"}, "torn"]}


def test_objects_are_found_through_lists_and_types() -> None:
    assert objects_at(DATA, BOOKS) == [DATA["books"][0], DATA["books"][2]]
    assert objects_at(DATA, NOVELS) == [DATA["books"][2]]
    assert objects_at(DATA, (Step(StepKind.KEY, "nothing"),)) == []


def test_a_shared_object_is_found_once() -> None:
    shared = {"id": 1}

    assert objects_at({"books": [shared, shared]}, BOOKS) == [shared]


def test_the_path_of_an_object_has_its_index() -> None:
    assert path_to(DATA, NOVELS, DATA["books"][2]) == ("books", 2)
    assert path_to(DATA, NOVELS, {"__typename": "Novel"}) is None
    assert first_path(DATA, BOOKS) == ("books", 0)


@pytest.mark.parametrize(
    ("path", "has"),
    [
        (("books", 0), True),
        (("books", 1, "title"), True),
        (("books", 3, "title"), True),
        (("books", 9, "title"), True),
        (("books", 0, "title"), False),
        (("films",), False),
        ((), True),
    ],
)
def test_a_place_is_in_the_data_or_below_null(path: tuple[str | int, ...], has: bool) -> None:
    assert has_place(DATA, path) is has
