"""The locales of the installation as callers see them."""

from typing import Self

import strawberry

from services.directories.domain import cldr
from services.directories.domain.collation import collation
from services.directories.graphql.context import Context, Info
from services.directories.graphql.types.enums import Direction
from services.directories.persistence.locales import Locales


@strawberry.type(description="A locale that names are kept in.")
class InstalledLocale:
    tag: str = strawberry.field(description="BCP 47 tag.")
    active: bool = strawberry.field(description="Whether readers are served in it.")

    @strawberry.field(description="Its name in its own language.")
    def name(self) -> str:
        return cldr.own_name(self.tag)

    @strawberry.field(description="Its name in your language.")
    def display_name(self, info: Info) -> str:
        return cldr.display_name(self.tag, info.context.wanted(None))

    @strawberry.field(description="Which way it is written.")
    def direction(self) -> Direction:
        return Direction(cldr.direction(self.tag))

    @strawberry.field(description="The forms that words take with numbers, by CLDR: zero, one, two, few, many, other.")
    def plural_forms(self) -> list[str]:
        return cldr.plural_forms(self.tag)

    @strawberry.field(description="Whether it serves where none of a reader's own languages does.")
    def is_default(self, info: Info) -> bool:
        return self.tag == info.context.default_locale

    @classmethod
    async def all(cls, context: Context, *, inactive: bool) -> list[Self]:
        """By their names in the reader's language."""
        async with context.read() as session:
            rows = await Locales(session).all()
        wanted = context.wanted(None)
        key = collation(wanted)
        found = [cls(tag=row.tag, active=row.active) for row in rows if row.active or inactive]
        return sorted(found, key=lambda each: key(cldr.display_name(each.tag, wanted)))
