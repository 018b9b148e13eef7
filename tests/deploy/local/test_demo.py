"""The note of the sample's sign-ins: what others read from it, and that a damaged one is told."""

import json
from pathlib import Path

import pytest

from deploy.local.demo import Demo, SignIn
from deploy.local.errors import CannotStart
from deploy.local.first_administrator import EMAIL
from deploy.local.sample import PEOPLE
from services.access.domain.permissions import NAMES

URL = "http://127.0.0.1:8000"
DEMO = Demo(tuple(SignIn(email, "p", "ir_k") for email in (EMAIL, *(person.email for person in PEOPLE))))


def test_rights_are_lists_for_everyone(place: Path) -> None:
    DEMO.write(place / "demo.json", URL)

    told = json.loads((place / "demo.json").read_text())

    assert (told["url"], told["graphql"]) == (URL, f"{URL}/graphql")
    rights = {user["email"].partition("@")[0]: user for user in told["users"]}
    assert rights["admin"]["companies"] == ["NORTH", "STEPPE", "HARBOUR"]
    assert set(rights["admin"]["permissions"]) == NAMES
    assert [user["everyCompany"] for user in told["users"]] == [True, False, False, False]
    assert rights["officer"]["companies"] == ["NORTH", "STEPPE"]
    assert (rights["reader"]["companies"], rights["reader"]["permissions"]) == (["STEPPE"], ["incident.view"])
    assert (rights["nobody"]["companies"], rights["nobody"]["permissions"]) == ([], [])


def test_what_was_written_is_read_again(place: Path) -> None:
    DEMO.write(place / "demo.json", URL)

    assert Demo.read(place / "demo.json") == DEMO


@pytest.mark.parametrize(
    "text", ["", '{"users": [', "[]", '{"users": [{"email": "admin@example.org"}]}', '{"users": []}']
)
def test_a_damaged_note_is_told_with_the_way_out(place: Path, text: str) -> None:
    (place / "demo.json").write_text(text)

    with pytest.raises(CannotStart, match=r"demo\.json is damaged: delete it"):
        Demo.read(place / "demo.json")
