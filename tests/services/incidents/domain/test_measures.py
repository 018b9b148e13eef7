"""Rules for values that are measured, counted or named by a standard."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from services.incidents.domain import measures


@pytest.mark.parametrize(
    ("given", "kept"), [("1200", "1200"), ("12.50", "12.5"), ("0.0001", "0.0001"), ("0", "0"), ("1E+3", "1000")]
)
def test_an_amount_is_kept_without_needless_zeros(given: str, kept: str) -> None:
    assert format(measures.amount(Decimal(given)) or Decimal(0), "f") == kept


@pytest.mark.parametrize("given", ["NaN", "Infinity", "-1", "0.00001", "1E+15", "1E+999999"])
def test_what_is_no_amount_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"[Aa]mount"):
        measures.amount(Decimal(given))


@pytest.mark.parametrize("code", ["EUR", "KZT", "JPY"])
def test_currencies_are_those_of_iso_4217(code: str) -> None:
    assert measures.currency(code) == code


@pytest.mark.parametrize("code", ["eur", "EURO", "", "ZZZ", "XXX"])
def test_other_currencies_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        measures.currency(code)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("de", "de"), ("DE-at", "de-AT"), ("zh-Hant-TW", "zh-Hant-TW"), ("kk-Cyrl", "kk-Cyrl"), ("de-KZ", "de-KZ")],
)
def test_languages_are_written_as_bcp_47_does(given: str, kept: str) -> None:
    assert measures.language(given) == kept


@pytest.mark.parametrize("given", ["", "german", "xx", "en-QQ1", "de_AT", "*", "zz-DE", "\x00"])
def test_what_is_no_language_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="BCP 47"):
        measures.language(given)


def test_the_language_of_a_reader_is_the_first_that_is_one() -> None:
    assert measures.spoken(("*", "de-AT", "en")) == "de-AT"
    assert measures.spoken(()) is None


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (measures.latitude, [-90.0, 0.0, 90.0, None], [90.1, -91.0, float("nan"), float("inf")]),
        (measures.longitude, [-180.0, 180.0, None], [180.5, float("nan")]),
        (measures.url, ["https://siem.example.org/a?b=1", None], ["javascript:alert(1)", "ftp://a", "https://a b", ""]),
    ],
)
def test_places_and_addresses(rule: Callable[[Any], Any], good: list[Any], bad: list[Any]) -> None:
    assert [rule(each) for each in good] == good
    for each in bad:
        with pytest.raises(ValueError, match=r"Degrees|address"):
            rule(each)
