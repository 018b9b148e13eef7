import pytest

from chassis.errors import Invalid
from services.access.domain import passwords

ADA = ("Ada Lovelace", "ada.lovelace@engines.example")


@pytest.mark.parametrize(
    "good",
    ["a long enough password", "correct horse battery", "пароль из трёх слов", "I like 4 motors!", "7p#xQ" * 40],
)
def test_long_passwords_of_any_characters_are_good(good: str) -> None:
    assert passwords.check(good, *ADA) == good


@pytest.mark.parametrize(
    "bad",
    [
        "short",
        "long " * 41,
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "PasswordPassword",
        "password 123456",
        "Administrator123456",
        "incident-registry",
        "AdaLovelaceAdaLovelace",
        "ada.lovelace@engines.example",
        "Lovelace2024",
    ],
)
def test_what_others_would_try_first_is_refused_with_its_field(bad: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check(bad, *ADA, field="new_password")
    assert refused.value.field == ("new_password",)
    assert bad not in refused.value.message


def test_passwords_for_once_are_good_and_never_the_same() -> None:
    made = {passwords.new_once() for _ in range(100)}
    assert len(made) == 100
    assert {len(each) for each in made} == {34}
