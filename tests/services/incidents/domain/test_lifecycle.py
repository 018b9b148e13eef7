"""Which way an incident may move, and which right that takes."""

from itertools import product

from services.incidents.domain import lifecycle
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.domain.references import reference

FINAL = {StatusCategory.CLOSED, StatusCategory.DECLINED, StatusCategory.MERGED}
OPEN = set(StatusCategory) - FINAL


def test_every_move_takes_one_right() -> None:
    rights = {
        (before, after): lifecycle.permission_to_move(before, after)
        for before, after in product(StatusCategory, StatusCategory)
    }

    assert {move for move, right in rights.items() if right == "incident.close"} == set(product(OPEN, FINAL))
    assert {move for move, right in rights.items() if right == "incident.reopen"} == set(product(FINAL, OPEN))
    edits = set(product(OPEN, OPEN)) | set(product(FINAL, FINAL))
    assert {move for move, right in rights.items() if right == "incident.edit"} == edits


def test_beginning_at_the_end_takes_the_right_to_close() -> None:
    rights = {category: lifecycle.permission_to_begin(category) for category in StatusCategory}

    assert rights == dict.fromkeys(OPEN, "incident.add") | dict.fromkeys(FINAL, "incident.close")


def test_a_reference_is_read_by_people() -> None:
    assert reference("ACME", 2026, 42) == "ACME-2026-000042"
    assert reference("ACME", 2026, 1_000_000) == "ACME-2026-1000000"
