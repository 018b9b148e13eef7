"""Rules of action items: what each status needs, and what follows from it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from chassis.errors import Invalid
from services.incidents.domain import action_items
from services.incidents.domain.action_items import END_OF_DAYS, ActionItemStatus

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OPEN, DONE, WONT_DO, DEFERRED = ActionItemStatus
BARE: dict[str, Any] = {"status": OPEN, "owner_id": None, "due_at": None, "wont_do_reason": None} | {
    "external_key": None, "external_system": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "needs", "value"),
    [(DONE, "owner_id", uuid4()), (DEFERRED, "due_at", NOW), (WONT_DO, "wont_do_reason", "Too dear")],
)
def test_each_status_needs_what_explains_it(status: ActionItemStatus, needs: str, value: Any) -> None:
    action_items.check(BARE)
    action_items.check(BARE | {"status": status, needs: value})
    with pytest.raises(Invalid) as refused:
        action_items.check(BARE | {"status": status})
    assert refused.value.field == (needs,)


def test_a_key_is_of_some_system() -> None:
    action_items.check(BARE | {"external_key": "SEC-1", "external_system": "jira"})
    with pytest.raises(Invalid):
        action_items.check(BARE | {"external_key": "SEC-1"})


def test_what_is_done_no_more_is_not_verified_either() -> None:
    nothing = {"verified_at": None, "verified_by_id": None}
    assert action_items.stamps(OPEN, DONE, NOW) == {"completed_at": NOW, **nothing}
    assert action_items.stamps(DONE, DEFERRED, NOW) == {"completed_at": None, **nothing}
    assert action_items.stamps(DONE, DONE, NOW) == {}


def test_only_somebody_else_verifies_what_is_done() -> None:
    owner = uuid4()
    action_items.check_verifiable("DONE", owner, uuid4())
    for status, by in (("DONE", owner), ("OPEN", uuid4())):
        with pytest.raises(Invalid):
            action_items.check_verifiable(status, owner, by)


def test_what_is_finished_is_awaited_no_more() -> None:
    assert [action_items.awaited_at(each, NOW) for each in ActionItemStatus] == [NOW, END_OF_DAYS, END_OF_DAYS, NOW]
    assert action_items.deadline_of("OPEN", None) is None
    action_items.check_number(199)
    with pytest.raises(Invalid, match="at most 200"):
        action_items.check_number(200)
