"""A refusal is told at the first place of the answer where it shows, as an error of the execution would be."""

from typing import Any

import pytest

from gateway.executor import located

DATA: Any = {
    "audit": None,
    "empty": [],
    "absent": None,
    "ships": [
        {"name": "Aurora", "log": {"pages": []}, "secret": "known"},
        None,
        {"name": "Borea", "log": {"pages": [{"text": "x"}, {"text": None}]}, "secret": None},
    ],
    "grid": [[], [{"value": None}]],
    "lost": [{"id": 1}, None],
}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (["audit"], ["audit"]),
        (["audit", "size"], ["audit", "size"]),
        (["ships", "@", "secret"], ["ships", 2, "secret"]),
        (["ships", "@", "log", "pages", "@", "text"], ["ships", 2, "log", "pages", 1, "text"]),
        (["grid", "@", "@", "value"], ["grid", 1, 0, "value"]),
        (["lost", "@", "needed"], ["lost", 1, "needed"]),
        (["lost", "@", "deep", "@", "needed"], ["lost", 1, "deep"]),
        (["empty", "@", "name"], ["empty"]),
        (["absent", "@", "name"], ["absent"]),
        (["ships", "@", "name"], ["ships", 1, "name"]),
        (["nowhere", "@", "name"], ["nowhere"]),
    ],
)
def test_items_become_the_index_of_the_first_that_it_shows_in(path: list[str], place: list[str | int]) -> None:
    assert located([{"message": "no", "path": path}], DATA) == ({"message": "no", "path": place},)


def test_without_data_a_path_ends_at_its_first_list() -> None:
    told = located([{"path": ["ships", "@", "secret"]}, {"path": ["audit"]}, {"message": "no"}], None)

    assert told == ({"path": ["ships"]}, {"path": ["audit"]}, {"message": "no"})
