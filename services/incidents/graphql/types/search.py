"""What a search found, and why: texts in pieces, which nobody has to take for markup to show what fits."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from chassis.graphql.connection import Connection
from services.incidents.graphql.types.incident import Incident
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.search import DELIMITER, START, STOP, Found, Marked


@strawberry.enum(name="IncidentSearchField", description="Where a text of an incident stands.")
class SearchField(Enum):
    TITLE = strawberry.enum_value("TITLE", description="Its title.")
    DESCRIPTION = strawberry.enum_value("DESCRIPTION", description="Its description.")
    COMMENTS = strawberry.enum_value("COMMENTS", description="What was said about it.")


@strawberry.type(name="MatchedText", description="A piece of a text, as it was written; not HTML.")
class MatchedText:
    text: str = strawberry.field(description="The piece.")
    matched: bool = strawberry.field(description="Whether it is what was searched for.")


@strawberry.type(name="IncidentMatch", description="A passage in which something was found.")
class IncidentMatch:
    field: SearchField = strawberry.field(description="Where it stands.")
    pieces: list[MatchedText] = strawberry.field(description="The passage, piece by piece.")


@strawberry.type(description="An incident that a search found.")
class IncidentHit:
    incident: Incident = strawberry.field(description="The incident.")
    rank: float = strawberry.field(
        description="How well it fits; only to be compared within one search. 1000: its reference was typed."
    )
    row: strawberry.Private[IncidentRow]
    marks: strawberry.Private[DataLoader[UUID, Marked | None]]

    @strawberry.field(
        description="Passages in which something was found: of the title, of the first 30,000 characters of the "
        "description, and of as many of its comments, the newest first."
    )
    async def matches(self) -> list[IncidentMatch]:
        marked = await self.marks.load(self.row.id)
        return [] if marked is None else matches_of(marked)

    @classmethod
    def of(cls, row: IncidentRow, rank: float, marks: DataLoader[UUID, Marked | None]) -> Self:
        return cls(incident=Incident.from_row(row), rank=rank, row=row, marks=marks)


@strawberry.type(description="A page of what a search found, the best first.")
class IncidentSearch(Connection[IncidentHit]):
    found: strawberry.Private[Callable[[], Awaitable[Found]]]

    @strawberry.field(
        description="Whether all that fits was ranked. Of more than a thousand incidents, or five thousand with other "
        "conditions than companies, the newest are."
    )
    async def complete(self) -> bool:
        return (await self.found()).all


def matches_of(marked: Marked) -> list[IncidentMatch]:
    """Only passages that hold something: where nothing was found, the database gives the beginning of the text."""
    return [
        IncidentMatch(field=field, pieces=_pieces(passage))
        for field in SearchField
        for passage in getattr(marked, field.name.lower()).split(DELIMITER)
        if START in passage
    ]


def _pieces(passage: str) -> list[MatchedText]:
    before, *found = passage.split(START)
    pieces = [MatchedText(text=before, matched=False)]
    for each in found:
        inside, _, outside = each.partition(STOP)
        pieces += [MatchedText(text=inside, matched=True), MatchedText(text=outside, matched=False)]
    return [piece for piece in pieces if piece.text]
