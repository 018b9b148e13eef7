"""Versions of a guide page, what changed between two, and its history, as callers see them."""

from datetime import datetime
from enum import Enum
from typing import Any, Final, Self

import orjson
import strawberry

from chassis.graphql.connection import Page
from chassis.graphql.refusals import camel
from chassis.paging import Place
from services.directories.domain import guide_comparison
from services.directories.domain.guide_comparison import Part
from services.directories.graphql.types.guide_texts import GuideText
from services.directories.graphql.types.others import User
from services.directories.persistence.guide_rows import GuideChangeRow, GuideVersionRow
from services.directories.persistence.guide_versions import texts_of

_PERSONS: Final = ("user", "service_account")
_LARGEST_NUMBER: Final = 2**63 - 1


@strawberry.type(description="A page as it was published; it never changes.")
class GuideVersion:
    number: int = strawberry.field(description="Counts the versions of the page from 1.")
    published_at: datetime = strawberry.field(description="When it was published.")
    published_by: User | None = strawberry.field(description="Who published it; null when the registry itself did.")
    note: str | None = strawberry.field(description="What its publisher said of it.")
    texts: list[GuideText] = strawberry.field(description="Its texts, language by language.")

    @classmethod
    def from_row(cls, row: GuideVersionRow) -> Self:
        return cls(
            number=row.number,
            published_at=row.published_at,
            published_by=_person(row),
            note=row.note,
            texts=[GuideText.of(locale, text) for locale, text in texts_of(row).items()],
        )


@strawberry.type(description="What a change of the guide did to one field.")
class GuideFieldChange:
    field: str = strawberry.field(description="The field; of texts with its language, for example `title.de`.")
    before: str | None = strawberry.field(description="The value before; of a text how many characters it had.")
    after: str | None = strawberry.field(description="The value after, likewise.")


@strawberry.type(description="One change of a guide page: who made it, when, what.")
class GuideChange:
    sequence: int = strawberry.field(description="Counts the changes of the page from 1, without gaps.")
    at: datetime = strawberry.field(description="When it was made.")
    actor: User | None = strawberry.field(description="Who made it; null when the registry itself did.")
    operation: str = strawberry.field(
        description="CREATED, EDITED, PUBLISHED, REVERTED, or of a translation TRANSLATED (by machine), APPROVED, "
        "CORRECTED or REJECTED."
    )
    request_id: str | None = strawberry.field(description="The request that made it, for operators.")
    changes: list[GuideFieldChange] = strawberry.field(description="The fields that changed.")

    @classmethod
    def from_row(cls, row: GuideChangeRow) -> Self:
        return cls(
            sequence=row.sequence,
            at=row.at,
            actor=_person(row),
            operation=row.operation,
            request_id=row.request_id,
            changes=[
                GuideFieldChange(field=camel(name), before=_text(before), after=_text(after))
                for name, (before, after) in sorted(row.changes.items())
            ],
        )


@strawberry.enum(description="What became of a part of a text.")
class TextPartFate(Enum):
    EQUAL = strawberry.enum_value("EQUAL", description="It is in both.")
    ADDED = strawberry.enum_value("ADDED", description="It is only in the later one.")
    REMOVED = strawberry.enum_value("REMOVED", description="It is only in the earlier one.")


@strawberry.enum(description="The pieces by which texts are compared.")
class ComparisonUnit(Enum):
    WORDS = strawberry.enum_value("WORDS", description="Words, within the lines that differ.")
    LINES = strawberry.enum_value("LINES", description="Whole lines.")


@strawberry.type(description="A part of two compared texts.")
class ComparedPart:
    fate: TextPartFate = strawberry.field(description="Which of the two has it.")
    text: str = strawberry.field(description="The part itself.")

    @classmethod
    def of(cls, part: Part) -> Self:
        return cls(fate=_fate(part.fate), text=part.text)


@strawberry.type(description="What changed between two versions of a page, in one language.")
class GuideComparison:
    locale: str = strawberry.field(description="The language compared, a BCP 47 tag.")
    title: list[ComparedPart] = strawberry.field(description="The titles.")
    text: list[ComparedPart] = strawberry.field(
        description="The texts: equal and added parts are the later one, equal and removed ones the earlier."
    )


def page_of(
    first: int | None, after: str | None, last: int | None, before: str | None, order: str
) -> tuple[Page, Place | None]:
    """The page, and its place by number. Raises Invalid for what is no page, and the cursor of another list."""
    page = Page.of(first, after, last, before, order=order)
    return page, page.typed(_number)


def _number(part: Any) -> int:
    if not (isinstance(part, int) and 0 <= part <= _LARGEST_NUMBER):
        raise ValueError(part)
    return part


def _person(row: GuideVersionRow | GuideChangeRow) -> User | None:
    return User(id=strawberry.ID(str(row.actor_id))) if row.actor_kind in _PERSONS else None


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


def _fate(fate: guide_comparison.Fate) -> TextPartFate:
    return TextPartFate(fate.value)
