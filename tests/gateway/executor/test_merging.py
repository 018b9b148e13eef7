from typing import Any

import pytest

from gateway.executor.merging import DISAGREED, copied, merge_object, rename_keys


@pytest.mark.parametrize(
    ("known", "new", "merged"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        ({"a": [{"x": 1}, None]}, {"a": [{"y": 2}, {"y": 3}]}, {"a": [{"x": 1, "y": 2}, {"y": 3}]}),
        ({"a": [[{"x": 1}]]}, {"a": [[{"y": 2}]]}, {"a": [[{"x": 1, "y": 2}]]}),
        ({"a": None}, {"a": {"x": 1}}, {"a": {"x": 1}}),
        ({"a": {"x": 1}}, {"a": None}, {"a": {"x": 1}}),
        ({}, {"a": None}, {"a": None}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": DISAGREED}),
        ({"a": [[1], [2, 3]]}, {"a": [[1], [2]]}, {"a": [[1], DISAGREED]}),
        ({"a": DISAGREED}, {"a": [1]}, {"a": DISAGREED}),
        ({"a": 1}, {"a": {"x": 1}}, {"a": 1}),
    ],
)
def test_answers_merge_deeply(known: dict[str, Any], new: dict[str, Any], merged: dict[str, Any]) -> None:
    merge_object(known, new)

    assert known == merged


def test_a_copy_shares_nothing() -> None:
    given = {"a": [{"b": 1}]}
    copy = copied(given)
    copy["a"][0]["b"] = 2

    assert given == {"a": [{"b": 1}]}


def test_changed_keys_get_their_names_back_at_any_depth() -> None:
    data = {"_x0_id": 1, "list": [{"_x0_id": 2, "other": 3}]}
    rename_keys(data, {"_x0_id": "id"})

    assert data == {"id": 1, "list": [{"id": 2, "other": 3}]}
