from uuid import uuid4

import pytest

from services.access.domain.history import check_secrecy, created, difference, seen_by


def test_a_new_thing_is_told_by_what_it_has() -> None:
    assert created(name="Acme", country=None, members=[], active=True) == {
        "name": (None, "Acme"),
        "active": (None, True),
    }


def test_lists_are_told_by_what_went_and_what_came() -> None:
    assert difference({"a", "b"}, {"b", "d", "c"}) == (["a"], ["c", "d"])
    assert difference(["a"], ["a"]) is None


@pytest.mark.parametrize("name", ["password", "password_hash", "digest", "secret", "token"])
def test_secrets_are_not_written_down(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        check_secrecy({"name": ("a", "b"), name: (None, "x")})


def test_a_reader_is_told_of_the_companies_in_sight_only() -> None:
    mine, foreign = uuid4(), uuid4()
    changes = {"name": ("a", "b"), "companies": ([str(foreign)], [str(mine)])}

    assert seen_by(changes, None) == changes
    assert seen_by(changes, {mine}) == {"name": ("a", "b"), "companies": ([], [str(mine)])}
    assert seen_by(changes, set()) == {"name": ("a", "b")}
    assert seen_by({"companies": (None, [str(foreign)])}, {mine}) == {}
