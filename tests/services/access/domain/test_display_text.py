from collections.abc import Callable
from typing import Any

import pytest

from chassis.errors import Invalid
from services.access.domain import details
from services.access.domain.codes import department_code
from services.access.domain.countries import COUNTRIES

MARKS = [*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
OTHERS = ["\x00", "\x1b", "\x9b", "\u200b", "\ufeff", "\u00ad", "\U000e0041", "\ud800"]


@pytest.mark.parametrize("unseen", [*MARKS, *OTHERS])
def test_what_is_not_seen_is_refused_so_that_no_name_looks_like_another(unseen: str) -> None:
    for rule, text, field in (
        (details.name, f"Ac{unseen}me", "name"),
        (details.address, f"1 Main{unseen} Street", "address"),
        (details.mail, f"ada{unseen}@example.org", "email"),
    ):
        with pytest.raises(Invalid) as refused:
            rule(text)
        assert refused.value.field == (field,)


SCRIPTS = ["مدیریت می\u200cخواهم", "क्\u200dष", "קבוצה", "\u00c5ngström 👩🏽\u200d🚒", "O\u2019Neill"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_names_of_all_scripts_are_kept(name: str) -> None:
    assert details.name(name) == name


@pytest.mark.parametrize(
    ("rule", "given", "stored"),
    [
        (details.address, "  1 Main\n Street ", "1 Main Street"),
        (details.address, " ", None),
        (details.address, None, None),
        (department_code, " it-ops ", "IT-OPS"),
        (department_code, "", None),
        (department_code, None, None),
    ],
)
def test_good_values_are_stored_in_one_form(rule: Callable[[Any], Any], given: Any, stored: Any) -> None:
    assert rule(given) == stored


@pytest.mark.parametrize(
    ("rule", "given", "field"),
    [
        (details.address, "x" * 501, "address"),
        (details.country, "XX", "country"),
        (details.country, "UK", "country"),
        (department_code, "-A", "code"),
        (department_code, "A B", "code"),
        (department_code, "A" * 21, "code"),
    ],
)
def test_bad_values_are_refused_with_their_field(rule: Callable[[Any], Any], given: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rule(given)
    assert refused.value.field == (field,)


@pytest.mark.parametrize("month", [0, 13, -1])
def test_a_year_starts_in_one_of_twelve_months(month: int) -> None:
    assert details.month(7, "month") == 7
    with pytest.raises(Invalid):
        details.month(month, "month")


def test_there_are_249_countries() -> None:
    assert len(COUNTRIES) == 249
    assert {"KZ", "DE", "GB", "SS", "TL"} <= COUNTRIES
