"""Who sees which entries, and finding them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY
from chassis.identifiers import uuid7
from services.directories.domain.entries import Directory, Entry, Kind, Text
from services.directories.domain.wording import Wording
from tests.support.services import user

ACME = uuid7()
TODAY = datetime.now(UTC).date()
DAY = timedelta(days=1)


def entry(code: str, **given: Any) -> Entry:
    usual: dict[str, Any] = {
        "id": uuid7(), "version": 1, "kind": Kind.CLASSIFICATION, "color": "#000000", "icon": None, "sort_order": 0,
        "active": True, "visible": True, "parent_id": None, "category": None, "is_initial": False, "is_final": False,
        "rank": None, "company_id": None, "valid_from": None, "valid_to": None, "pattern": None, "single": False,
        "inverse_id": None, "merged_into_id": None,
    }  # fmt: skip
    return Entry(code=code, **(usual | given))


def codes(directory: Directory) -> list[str]:
    return [each.code for each in directory.entries]


@pytest.mark.parametrize(
    ("held", "seen"),
    [
        ({}, ["everybody's"]),
        ({"incident.add": [ACME]}, ["acme's", "everybody's"]),
        ({"incident.view": EVERY_COMPANY}, ["acme's", "everybody's"]),
        ({"incident.view": [uuid7()]}, ["everybody's"]),
    ],
)
def test_a_company_s_entries_are_there_for_who_may_do_anything_in_it(held: dict[str, Any], seen: list[str]) -> None:
    everything = Directory.of([entry("everybody's"), entry("acme's", company_id=ACME)])

    found = everything.visible_to(user(held))

    assert codes(found) == seen
    assert {each.code for each in found.by_id.values()} == set(seen)


def test_entries_come_by_their_order_and_then_by_code() -> None:
    assert codes(Directory.of([entry("b"), entry("z", sort_order=-1), entry("a")])) == ["z", "a", "b"]


def test_inactive_entries_are_listed_only_on_request() -> None:
    directory = Directory.of([entry("old", active=False), entry("new"), entry("bad", kind=Kind.SEVERITY)])

    assert [each.code for each in directory.of_kind(Kind.CLASSIFICATION, TODAY)] == ["new"]
    assert [each.code for each in directory.of_kind(Kind.CLASSIFICATION, TODAY, inactive=True)] == ["new", "old"]


@pytest.mark.parametrize(
    ("since", "until", "choosable"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
        (TODAY - DAY, TODAY + DAY, True),
    ],
)
def test_an_entry_may_be_chosen_from_its_first_day_to_its_last(
    since: date | None, until: date | None, choosable: bool
) -> None:
    assert entry("a", valid_from=since, valid_to=until).choosable(TODAY) is choosable


def test_a_list_for_a_company_has_what_everybody_has_and_its_own() -> None:
    all_of_them = [entry("everybody's"), entry("acme's", company_id=ACME), entry("other's", company_id=uuid7())]

    found = Directory.of(all_of_them).of_kind(Kind.CLASSIFICATION, TODAY, company=ACME)

    assert [each.code for each in found] == ["acme's", "everybody's"]


def test_an_entry_is_found_by_id_or_code_in_its_own_directory_only() -> None:
    bad = entry("bad", kind=Kind.SEVERITY)
    directory = Directory.of([bad])

    assert directory.find(Kind.SEVERITY, bad.id) == directory.find(Kind.SEVERITY, "bad") == bad
    assert directory.find(Kind.STATUS, bad.id) is directory.find(Kind.STATUS, "bad") is None
    assert directory.find(Kind.SEVERITY, UUID(int=1)) is None


def test_an_entry_that_was_merged_is_read_as_the_one_that_is_left() -> None:
    new = entry("new")
    old = entry("old", active=False, merged_into_id=new.id)
    directory = Directory.of([old, new])

    assert directory.read_as(old.id) == directory.read_as(new.id) == new
    assert directory.by_id[old.id].code == "old"


def wording(bad: Entry, wanted: tuple[str, ...], **texts: Text) -> Wording:
    directory = Directory.of([bad], {tag: {bad.id: text} for tag, text in texts.items()}, ("de", "en", "fr"))
    return Wording(directory, wanted)


def test_without_a_translation_that_serves_the_code_is_the_name() -> None:
    bad = entry("bad")

    assert wording(bad, ("de", "en"), fr=Text("mal", None)).name(bad) == ("bad", None)


def test_a_locale_that_is_switched_off_serves_nobody() -> None:
    bad = entry("bad")

    assert wording(bad, ("it", "en"), it=Text("male", None), en=Text("bad", None)).name(bad) == ("bad", "en")


def test_a_description_may_come_from_another_language_than_the_name() -> None:
    bad = entry("bad")
    texts = {"de": Text("schlecht", None), "en": Text("bad", "Not good.")}

    assert wording(bad, ("de", "en"), **texts).name(bad) == ("schlecht", "de")
    assert wording(bad, ("de", "en"), **texts).description(bad) == ("Not good.", "en")
    assert wording(bad, ("de",), **texts).description(bad) == (None, None)
