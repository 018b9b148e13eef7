from collections.abc import Callable
from typing import Any

import pytest

from chassis.errors import Invalid
from services.access.domain import details


@pytest.mark.parametrize(
    ("rule", "given", "stored"),
    [
        (details.name, "  Acme \n Ltd ", "Acme Ltd"),
        (details.name, "Cafe\u0301", "Café"),
        (details.mail, " Ada@Example.org ", "Ada@Example.org"),
        (details.country, None, None),
        (details.country, "KZ", "KZ"),
        (details.time_zone, "Asia/Almaty", "Asia/Almaty"),
        (details.locale, "ru-KZ", "ru-KZ"),
    ],
)
def test_good_values_are_stored_in_one_form(rule: Callable[[Any], Any], given: Any, stored: Any) -> None:
    assert rule(given) == stored


@pytest.mark.parametrize(
    ("rule", "given", "field"),
    [
        (details.name, "  ", "name"),
        (details.name, "x" * 201, "name"),
        (details.name, "a\x00b", "name"),
        (details.mail, "ada", "email"),
        (details.mail, "a@b c.org", "email"),
        (details.mail, "a" * 250 + "@b.org", "email"),
        (details.country, "Germany", "country"),
        (details.country, "de", "country"),
        (details.time_zone, "Mars/Olympus", "time_zone"),
        (details.time_zone, "../../etc/passwd", "time_zone"),
        (details.time_zone, "", "time_zone"),
        (details.time_zone, "Europe", "time_zone"),
        (details.locale, "English", "locale"),
        (details.locale, "de_AT", "locale"),
    ],
)
def test_bad_values_are_refused_with_their_field(rule: Callable[[Any], Any], given: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rule(given)
    assert refused.value.field == (field,)
