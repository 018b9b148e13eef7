"""What may be written into the fields of an incident."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from chassis.errors import Invalid
from services.incidents.domain import details
from services.incidents.persistence.rows import IncidentRow

MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("field", "given", "stored"),
    [
        ("title", "  Lost \n\t notebook ", "Lost notebook"),
        ("title", "abc", "abc"),
        ("title", " a b", "a b"),
        ("title", "я" * 200, "я" * 200),
        ("description", " # Kept\n\n  as written\n", " # Kept\n\n  as written\n"),
        ("description", " \n ", None),
        ("description", None, None),
        ("description", "=1+1", "=1+1"),
        ("description", "x" * 100_000, "x" * 100_000),
        ("location_text", " Hall 3,\r\n Berlin ", "Hall 3, Berlin"),
        ("location_text", "", None),
        ("location_country", " DE ", "DE"),
        ("location_country", None, None),
        ("reported_by_email", " max@example.org ", "max@example.org"),
        ("reported_by_name", "Max\nBcc: all@example.org", "Max Bcc: all@example.org"),
        ("occurred_at", MOMENT, datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
        ("occurred_at", None, None),
        ("data_subjects_affected", 0, 0),
        ("data_subjects_affected", 2**31 - 1, 2**31 - 1),
        ("data_subjects_affected", None, None),
        ("tags", None, []),
        ("tags", [" b ", "a", "", "b"], ["b", "a"]),
        ("tags", ["t" * 64] + [str(number) for number in range(49)], ["t" * 64] + [str(n) for n in range(49)]),
    ],
)
def test_what_is_right_is_stored_in_one_form(field: str, given: Any, stored: Any) -> None:
    assert details.check({field: given}) == {field: stored}


@pytest.mark.parametrize(
    ("field", "given", "path"),
    [
        ("title", None, ("title",)),
        ("title", "ab", ("title",)),
        ("title", "a" * 201, ("title",)),
        ("title", "with\x07bell", ("title",)),
        ("description", "x" * 100_001, ("description",)),
        ("description", "nul\x00", ("description",)),
        ("location_text", "x" * 301, ("location", "text")),
        ("location_country", "de", ("location", "country")),
        ("location_country", "DEU", ("location", "country")),
        ("reported_by_email", "nobody", ("reported_by", "email")),
        ("reported_by_email", "a@b@c", ("reported_by", "email")),
        ("reported_by_email", "a@b\nBcc: c@d", ("reported_by", "email")),
        ("occurred_at", datetime(2026, 3, 1, 9, 30), ("occurred_at",)),  # noqa: DTZ001  # that it has no offset is the point
        ("occurred_at", datetime.min.replace(tzinfo=timezone(timedelta(hours=1))), ("occurred_at",)),
        ("data_subjects_affected", -1, ("data_subjects_affected",)),
        ("records_affected", 2**31, ("records_affected",)),
        ("tags", ["t" * 65], ("tags",)),
        ("tags", [str(number) for number in range(51)], ("tags",)),
        ("tags", ["a\x00"], ("tags",)),
    ],
)
def test_what_is_wrong_is_refused_with_its_field(field: str, given: Any, path: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refusal:
        details.check({field: given})

    assert refusal.value.field == path


def test_every_rule_is_for_a_column() -> None:
    assert details.RULES.keys() <= {column.name for column in IncidentRow.__table__.columns}


@pytest.mark.parametrize("key", [None, "k", "k" * 64, "строка 7"])
def test_a_registration_key_is_taken_as_it_is(key: str | None) -> None:
    assert details.registration_key(key) == key


@pytest.mark.parametrize("key", ["", "k" * 65, "k\x00", "k\x7f"])
def test_what_is_no_registration_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 characters"):
        details.registration_key(key)
