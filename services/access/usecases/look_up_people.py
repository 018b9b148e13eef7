"""What may these people do at this moment, and how are they reached: for messages that go out in nobody's presence."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import func, select

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from services.access.domain.rights import rights
from services.access.persistence.groups import grants_of_each
from services.access.persistence.rows import UserRow

_ACTOR = Actor.system("people", EVERY_COMPANY)


class PeopleQuestion(BaseModel):
    ids: Annotated[list[UUID], Field(max_length=500)]


async def look_up_people(asked: PeopleQuestion, database: Database) -> list[dict[str, Any]]:
    """`[{"id", "kind", "name", "email", "locale", "active", "scope": claims}]`; the unknown are left out.

    Who is not active may do nothing.
    """
    async with database.read(_ACTOR) as session:
        people = await session.scalars(select(UserRow).where(UserRow.id == func.any(asked.ids)))
        grants = await grants_of_each(asked.ids, session)
    return [
        {
            "id": person.id,
            "kind": person.kind,
            "name": person.name,
            "email": person.email,
            "locale": person.locale,
            "active": person.active,
            "scope": rights(grants.get(person.id, []) if person.active else []).to_claims(),
        }
        for person in people.all()
    ]
