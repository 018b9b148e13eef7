"""What may be written into an entry."""

from datetime import date
from typing import Any

import pytest

from chassis.errors import Invalid
from services.directories.domain import rules, texts
from services.directories.domain.entries import Kind, StatusCategory, Text


@pytest.mark.parametrize("code", ["fraud", "fraud.phishing", "in-progress", "a1", "1"])
def test_codes_of_small_letters_digits_hyphens_and_dots_are_taken(code: str) -> None:
    assert rules.check(Kind.STATUS, {"code": code}) == {"code": code}


@pytest.mark.parametrize("code", ["", "Fraud", "a b", "a_b", "-a", "a-", "a..b", "a--b", "ä", "a" * 101, "a\n"])
def test_other_codes_are_refused(code: str) -> None:
    with pytest.raises(Invalid, match=r"for example fraud\.phishing") as refused:
        rules.check(Kind.STATUS, {"code": code})

    assert refused.value.field == ("code",)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("color", "red"),
        ("color", None),
        ("icon", "<svg>"),
        ("order", -1),
        ("order", None),
        ("order", 2**31),
        ("active", None),
        ("classification", None),
        ("rank", -1),
        ("rank", None),
        ("is_initial", None),
        ("visible", None),
        ("category", None),
    ],
)
def test_a_value_that_breaks_its_rule_is_refused_by_the_name_of_its_field(field: str, value: Any) -> None:
    kinds = {"classification": Kind.INCIDENT_TYPE, "rank": Kind.SEVERITY}

    with pytest.raises(Invalid) as refused:
        rules.check(kinds.get(field, Kind.STATUS), {field: value})

    assert refused.value.field == (field,)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Kind.CLASSIFICATION, "classification"),
        (Kind.STATUS, "rank"),
        (Kind.SEVERITY, "category"),
        (Kind.INCIDENT_TYPE, "is_initial"),
        (Kind.CLASSIFICATION, "visible"),
    ],
)
def test_a_field_of_another_directory_is_refused(kind: Kind, field: str) -> None:
    with pytest.raises(Invalid, match=r"Only entries of [A-Z_, ]+ have this") as refused:
        rules.check(kind, {field: 1})

    assert refused.value.field == (field,)


@pytest.mark.parametrize(
    ("kind", "field"),
    [(Kind.INCIDENT_TYPE, "classification"), (Kind.STATUS, "category"), (Kind.SEVERITY, "rank")],
)
def test_what_a_directory_is_about_must_be_given(kind: Kind, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_complete(kind, {"code": "new"})

    assert refused.value.field == (field,)


def test_a_class_needs_nothing_but_its_code() -> None:
    rules.check_complete(Kind.CLASSIFICATION, {"code": "new"})


@pytest.mark.parametrize(
    ("active", "category", "field"),
    [(False, StatusCategory.NEW, "active"), (True, StatusCategory.CLOSED, "is_initial")],
)
def test_the_initial_status_is_one_that_new_incidents_can_take(
    active: bool, category: StatusCategory, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_initial(is_initial=True, active=active, category=category)

    assert refused.value.field == (field,)
    rules.check_initial(is_initial=False, active=active, category=category)


LISTED = frozenset({"en", "de", "fr", "kk"})
BEFORE = {"en": Text("Open", "Not taken up."), "de": Text("Offen", None)}


def test_only_the_languages_and_texts_that_are_given_change() -> None:
    after = texts.merge(BEFORE, [{"locale": "EN", "name": " Wide   open "}, {"locale": "kk", "name": "Ашық"}], LISTED)

    assert after == {"en": Text("Wide open", "Not taken up."), "de": Text("Offen", None), "kk": Text("Ашық", None)}


def test_null_takes_a_description_or_a_whole_translation_away() -> None:
    after = texts.merge(BEFORE, [{"locale": "en", "description": None}, {"locale": "de", "name": None}], LISTED)

    assert after == {"en": Text("Open", None)}


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ([{"locale": "en"}, {"locale": "xx", "name": "x"}], ("translations", "1", "locale"), "no known locale"),
        ([{"locale": "de_AT", "name": "x"}], ("translations", "0", "locale"), "no locale"),
        ([{"locale": "it", "name": "x"}], ("translations", "0", "locale"), "it is not used here"),
        ([{"locale": "en"}, {"locale": "EN"}], ("translations", "1", "locale"), "en is given twice"),
        ([{"locale": "fr"}], ("translations", "0", "name"), "1 to 200 characters"),
        ([{"locale": "en", "name": " "}], ("translations", "0", "name"), "1 to 200 characters"),
        ([{"locale": "en", "name": "x" * 201}], ("translations", "0", "name"), "1 to 200 characters"),
        ([{"locale": "en", "name": "a\x00b"}], ("translations", "0", "name"), "1 to 200 characters"),
        ([{"locale": "en", "description": "x" * 5001}], ("translations", "0", "description"), "at most 5000"),
    ],
)
def test_a_text_that_breaks_a_rule_is_refused_by_its_place(
    changes: list[dict[str, Any]], field: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(Invalid, match=reason) as refused:
        texts.merge(BEFORE, changes, LISTED)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("(", "missing"), ("(?=x)", "invalid perl operator"), ("(a)\\1", "invalid escape"), ("x" * 501, "at most 500")],
)
def test_a_pattern_is_one_that_never_takes_long(pattern: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as refused:
        rules.check(Kind.INDICATOR_TYPE, {"pattern": pattern})

    assert refused.value.field == ("pattern",)
    assert rules.check(Kind.INDICATOR_TYPE, {"pattern": ""}) == {"pattern": None}


def test_validity_does_not_end_before_it_begins() -> None:
    day = date(2026, 11, 22)

    with pytest.raises(Invalid, match="before the first one"):
        rules.check_validity(day, date(2026, 11, 21))
    for span in ((day, day), (day, None), (None, day), (None, None)):
        rules.check_validity(*span)


def test_the_initial_status_is_everybody_s_and_of_every_day() -> None:
    with pytest.raises(Invalid, match="on every day"):
        rules.check_initial_everywhere(is_initial=True, limited=True)
    rules.check_initial_everywhere(is_initial=False, limited=True)


def test_what_changed_in_texts_is_told_by_part_and_locale() -> None:
    after = {"en": Text("Open", None), "fr": Text("Ouvert", None)}

    assert texts.differences(BEFORE, after) == {
        "name.de": ("Offen", None),
        "description.en": ("Not taken up.", None),
        "name.fr": (None, "Ouvert"),
    }
