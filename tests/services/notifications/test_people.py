"""What is remembered of people to whom something goes: for seconds, and no more than has room."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.errors import Fault
from services.notifications.adapters import people as remembering
from services.notifications.adapters.people import People

COMPANY = uuid4()


class Access:
    """Answers as access does, with who is in `rights`; `asked` are the questions."""

    name = "access"

    def __init__(self) -> None:
        self.rights: dict[UUID, list[UUID]] = {}
        self.asked: list[list[UUID]] = []
        self.answer: Any = None

    async def ask(self, question: str, body: Any) -> Any:
        assert question == "people"
        self.asked.append(body["ids"])
        return self.answer or [self._told(each) for each in body["ids"] if each in self.rights]

    def _told(self, id: UUID) -> dict[str, Any]:
        scope = {"sets": [[str(each) for each in self.rights[id]]], "permissions": {"incident.view": 0}}
        return {
            "id": str(id), "kind": "user", "name": "Ada", "email": "ada@example.org", "locale": "ru", "active": True,
            "scope": scope,
        }  # fmt: skip


async def test_rights_that_were_withdrawn_count_for_seconds_only() -> None:
    access, now, ada = Access(), [100.0], uuid4()
    access.rights[ada] = [COMPANY]
    people = People(access, clock=lambda: now[0])  # type: ignore[arg-type]  # as much of a peer as is needed
    person = (await people.find([ada, uuid4()]))[ada]
    assert person.actor.may("incident.view", COMPANY)
    assert (person.email, person.locale, person.actor.locales) == ("ada@example.org", "ru", ("ru",))
    access.rights[ada] = []
    now[0] += remembering.REMEMBERED_SECONDS - 0.01
    assert (await people.find([ada]))[ada].actor.may("incident.view", COMPANY)
    now[0] += 0.02
    assert not (await people.find([ada]))[ada].actor.may("incident.view", COMPANY)
    assert len(access.asked) == 2


async def test_many_are_asked_for_at_once_and_the_oldest_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "_REMEMBERED", 3)
    monkeypatch.setattr(remembering, "_AT_ONCE", 4)
    access, ids = Access(), [uuid4() for _ in range(6)]
    access.rights = {each: [COMPANY] for each in ids}
    people = People(access)  # type: ignore[arg-type]  # likewise
    assert (await people.find(ids)).keys() == set(ids)
    assert [len(asked) for asked in access.asked] == [4, 2]
    assert len(people._known) == 3


async def test_an_answer_of_another_kind_is_a_fault() -> None:
    access = Access()
    access.answer = [{"id": "none"}]
    with pytest.raises(Fault, match="not understood"):
        await People(access).find([uuid4()])  # type: ignore[arg-type]  # likewise
