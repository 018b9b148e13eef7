import pytest

from gateway.executor.rows import compile_make, compile_take


@pytest.mark.parametrize("number", range(1, 9))
def test_objects_are_read_and_made_again(number: int) -> None:
    keys = [f"key{index}" for index in range(number)]
    items = [dict.fromkeys(keys, 1), {key: key for key in keys}]

    assert compile_make(keys)(compile_take(keys)(items)) == items


def test_keys_are_made_in_their_order() -> None:
    (made,) = compile_make(["b", "a"])([(1, 2)])

    assert list(made.items()) == [("b", 1), ("a", 2)]


@pytest.mark.parametrize("keys", [["id"], ["id", "name"]])
def test_what_is_absent_or_no_object_cannot_be_taken(keys: list[str]) -> None:
    with pytest.raises(KeyError):
        compile_take(keys)([{}])
    for value in (None, "id", 1, [1]):
        with pytest.raises(TypeError):
            compile_take(keys)([value])
