"""The check of order finds what was handled before an earlier event of its subject, and nothing else."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from chassis.broker import Subscription
from deploy.local.checks import check_order
from deploy.local.postgres import Connection

GROUP = Subscription(group="files", source="incidents", types=frozenset({"incident.updated.v1"}))
EVENTS = [uuid4() for _ in range(4)]
SUBJECT, OTHER = uuid4(), uuid4()
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Rows:
    """A session that has one answer."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self._rows = rows

    async def fetch(self, *_: object) -> Sequence[dict[str, Any]]:
        return self._rows


async def counted(subjects: Sequence[UUID], seconds: Sequence[int | None]) -> tuple[bool, str]:
    """EVENTS told in their order about these subjects, and handled by transactions that began at these seconds."""
    told = [{"event_id": event, "subject": subject} for event, subject in zip(EVENTS, subjects, strict=True)]
    handled = [
        {"event_id": event, "handled_at": NOON + timedelta(seconds=second)}
        for event, second in zip(EVENTS, seconds, strict=True)
        if second is not None
    ]
    finding = await check_order("files", GROUP, cast("Connection", Rows(told)), cast("Connection", Rows(handled)))
    return finding.ok, finding.counts


@pytest.mark.parametrize("seconds", [(0, 1, 2, 3), (0, 0, 0, 1), (2, 0, 2, 1), (0, None, 1, None)])
async def test_each_subject_has_an_order_of_its_own(seconds: Sequence[int | None]) -> None:
    assert (await counted((SUBJECT, OTHER, SUBJECT, OTHER), seconds))[0]


async def test_an_event_that_overtook_is_counted() -> None:
    ok, counts = await counted((SUBJECT, SUBJECT, SUBJECT, OTHER), (1, 0, 2, 0))

    assert not ok
    assert counts == "4 handled, 2 subjects, 1 before an earlier one of their subject"


async def test_what_is_not_handled_is_no_matter_of_order() -> None:
    assert (await counted((SUBJECT,) * 4, (0, None, 1, None)))[1].startswith("2 handled, 1 subjects, 0 ")
