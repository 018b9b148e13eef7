from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from services.access.domain.codes import code, derived_codes


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Acme", "ACME"),
        ("Straße & Söhne", "STRASSESOHNE"),
        ("Éclair 24/7, Inc.", "ECLAIR247INC"),
        ("University of Somewhere", "UNIVERSITYOF"),
        ("Қазақ", "COMPANY"),
        ("!", "COMPANY"),
    ],
)
def test_a_code_is_the_plain_letters_and_digits_of_the_name(name: str, expected: str) -> None:
    assert next(derived_codes(name)) == expected


def test_further_candidates_carry_a_number() -> None:
    assert list(islice(derived_codes("Acme"), 3)) == ["ACME", "ACME2", "ACME3"]
    assert list(islice(derived_codes("University of Somewhere"), 10))[-2:] == ["UNIVERSITYO9", "UNIVERSITY10"]


@given(st.text(max_size=40))
def test_every_candidate_is_a_code_and_there_is_always_another(name: str) -> None:
    candidates = list(islice(derived_codes(name), 120))
    assert [code(each) for each in candidates] == candidates
    with_two_digits = candidates[9:99]
    assert len(set(with_two_digits)) == 90


def test_given_codes_are_put_in_capitals() -> None:
    assert code(" acme2 ") == "ACME2"


@pytest.mark.parametrize("given", ["", "A-B", "ÄCME", "A" * 13, "A B"])
def test_anything_else_is_no_code(given: str) -> None:
    with pytest.raises(Invalid) as refused:
        code(given)
    assert refused.value.field == ("code",)
