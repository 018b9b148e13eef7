"""What another service learns of people to whom something goes: what they may do now, in one question for many."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from chassis.access import Scope
from chassis.errors import Fault
from services.access.persistence.rows import UserRow
from tests.support.services import SYSTEM, RunningService

Make = Callable[..., Awaitable[Any]]


async def people(access: RunningService, *ids: Any) -> dict[str, Any]:
    told = await access.ask("people", {"ids": [str(each) for each in ids]}, caller="notifications")
    return {each["id"]: each for each in told}


async def test_people_are_told_with_what_they_may_do(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    one, two = await make_company(), await make_company()
    ada, bob, nobody = await make_user(), await make_user(), await make_user()
    await make_group(["incident.view"], [one], [ada, bob])
    await make_group(["incident.view", "webhook.manage"], [two], [ada])
    told = await people(access, ada.id, bob.id, nobody.id, uuid4())
    assert told.keys() == {str(ada.id), str(bob.id), str(nobody.id)}
    assert Scope.from_claims(told[str(ada.id)]["scope"]).permissions == {
        "incident.view": frozenset({one.id, two.id}),
        "webhook.manage": frozenset({two.id}),
    }
    assert Scope.from_claims(told[str(bob.id)]["scope"]).permissions == {"incident.view": frozenset({one.id})}
    assert Scope.from_claims(told[str(nobody.id)]["scope"]).permissions == {}
    assert (told[str(ada.id)]["email"], told[str(ada.id)]["active"]) == (ada.email, True)


async def test_who_is_not_active_may_do_nothing(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    left = await make_user()
    await make_group(["incident.view"], [await make_company()], [left])
    async with access.database.work(SYSTEM) as work:
        await work.session.execute(update(UserRow).where(UserRow.id == left.id).values(active=False))
    told = (await people(access, left.id))[str(left.id)]
    assert (told["active"], Scope.from_claims(told["scope"]).permissions) == (False, {})


async def test_many_are_asked_for_with_two_statements(access: RunningService, make_user: Make) -> None:
    ids = [(await make_user()).id for _ in range(5)]
    with access.statements() as seen:
        assert len(await people(access, *ids)) == 5
    assert len(seen) == 2
    with pytest.raises(Fault):
        await people(access, *(uuid4() for _ in range(501)))
