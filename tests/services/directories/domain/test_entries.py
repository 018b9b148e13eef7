"""Who sees which entries, and finding them."""

from typing import Any
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY
from chassis.identifiers import uuid7
from services.directories.domain import wording
from services.directories.domain.entries import Directory, Entry, Kind, Text
from tests.support.services import user

ACME = uuid7()


def entry(code: str, **given: Any) -> Entry:
    usual: dict[str, Any] = {
        "id": uuid7(), "version": 1, "kind": Kind.CLASSIFICATION, "color": "#000000", "icon": None, "sort_order": 0,
        "active": True, "visible": True, "parent_id": None, "category": None, "is_initial": False, "is_final": False,
        "rank": None, "company_id": None, "texts": {},
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

    assert [each.code for each in directory.of_kind(Kind.CLASSIFICATION)] == ["new"]
    assert [each.code for each in directory.of_kind(Kind.CLASSIFICATION, inactive=True)] == ["new", "old"]


def test_an_entry_is_found_by_id_or_code_in_its_own_directory_only() -> None:
    bad = entry("bad", kind=Kind.SEVERITY)
    directory = Directory.of([bad])

    assert directory.find(Kind.SEVERITY, bad.id) == directory.find(Kind.SEVERITY, "bad") == bad
    assert directory.find(Kind.STATUS, bad.id) is directory.find(Kind.STATUS, "bad") is None
    assert directory.find(Kind.SEVERITY, UUID(int=1)) is None


def test_without_a_translation_that_serves_the_code_is_the_name() -> None:
    assert wording.name(entry("bad", texts={"fr": Text("mal", None)}), ("de", "en")) == ("bad", None)


def test_a_description_may_come_from_another_language_than_the_name() -> None:
    bad = entry("bad", texts={"de": Text("schlecht", None), "en": Text("bad", "Not good.")})

    assert wording.name(bad, ("de", "en")) == ("schlecht", "de")
    assert wording.description(bad, ("de", "en")) == "Not good."
    assert wording.description(bad, ("de",)) is None
