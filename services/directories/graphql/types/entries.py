"""Entries as callers see them: what all have in common, and each directory's own."""

from typing import Annotated, Any, ClassVar, Self, cast
from uuid import UUID

import strawberry

from chassis.graphql.loading import load_reference
from services.directories.domain import wording
from services.directories.domain.colours import text_colour
from services.directories.domain.entries import Entry, Kind
from services.directories.graphql.context import Info
from services.directories.graphql.types.enums import CategoryType

InLocale = Annotated[
    str | None,
    strawberry.argument(description="A BCP 47 tag such as de-AT, instead of your own languages."),
]


@strawberry.type(description="What an entry is called in one language.")
class EntryTranslation:
    locale: str = strawberry.field(description="BCP 47 tag.")
    name: str = strawberry.field(description="Name.")
    description: str | None = strawberry.field(description="When to choose it.")


@strawberry.federation.interface(description="An entry of a directory: a value that incidents are described by.")
class DirectoryEntry:
    kind: ClassVar[Kind]
    entry: strawberry.Private[Entry]

    @strawberry.field(description="Its id.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(str(self.entry.id))

    @strawberry.field(description="Its code: never changes, unique within the directory, for programs and imports.")
    def code(self) -> str:
        return self.entry.code

    @strawberry.field(description="Its name in the best language there is for you; the code where there is none.")
    def name(self, info: Info, locale: InLocale = None) -> str:
        return wording.name(self.entry, info.context.wanted(locale))[0]

    @strawberry.field(description="The language of `name`, a BCP 47 tag; null when `name` is the code.")
    def name_locale(self, info: Info, locale: InLocale = None) -> str | None:
        return wording.name(self.entry, info.context.wanted(locale))[1]

    @strawberry.field(description="When to choose it, in the best language there is for you.")
    def description(self, info: Info, locale: InLocale = None) -> str | None:
        return wording.description(self.entry, info.context.wanted(locale))

    @strawberry.field(description="Its colour, #RRGGBB.")
    def color(self) -> str:
        return self.entry.color

    @strawberry.field(description="The colour for text on `color`: black or white, whichever reads better.")
    def text_color(self) -> str:
        return text_colour(self.entry.color)

    @strawberry.field(description="The name of its icon.")
    def icon(self) -> str | None:
        return self.entry.icon

    @strawberry.field(description="Its place in the list; the lists come in this order.")
    def order(self) -> int:
        return self.entry.sort_order

    @strawberry.field(description="Whether incidents may still be given it; those that have it keep it.")
    def active(self) -> bool:
        return self.entry.active

    @strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")
    def version(self) -> int:
        return self.entry.version

    @strawberry.field(description="Its names and descriptions in all languages.")
    def translations(self) -> list[EntryTranslation]:
        return [
            EntryTranslation(locale=locale, name=text.name, description=text.description)
            for locale, text in self.entry.texts.items()
        ]

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        found = await load_reference(info.context.entries, id)
        return cls(entry=found) if found is not None and found.kind is cls.kind else None


@strawberry.federation.type(keys=["id"], description="A class of incidents.")
class Classification(DirectoryEntry):
    kind = Kind.CLASSIFICATION

    @strawberry.field(description="Its types, in their order.")
    async def types(
        self,
        info: Info,
        include_inactive: Annotated[
            bool, strawberry.argument(description="Also those that can no longer be chosen.")
        ] = False,
    ) -> list[Annotated["IncidentType", strawberry.lazy("services.directories.graphql.types.entries")]]:
        below = (await info.context.directory()).below(self.entry.id)
        return [IncidentType(entry=entry) for entry in below if entry.active or include_inactive]


@strawberry.federation.type(keys=["id"], description="A type of incidents within a class.")
class IncidentType(DirectoryEntry):
    kind = Kind.INCIDENT_TYPE

    @strawberry.field(description="The class it belongs to.")
    async def classification(self, info: Info) -> Classification:
        """A type is never visible without its class: both belong to everybody, or to one company."""
        owner = cast("UUID", self.entry.parent_id)
        return Classification(entry=(await info.context.directory()).by_id[owner])


@strawberry.federation.type(keys=["id"], description="Where an incident stands.")
class IncidentStatus(DirectoryEntry):
    kind = Kind.STATUS

    @strawberry.field(description="What it means for the registry.")
    def category(self) -> CategoryType:
        return CategoryType(self.entry.category)

    @strawberry.field(description="Whether new incidents take it when nobody says otherwise.")
    def is_initial(self) -> bool:
        return self.entry.is_initial

    @strawberry.field(description="Whether an incident ends here; leaving it takes the permission to reopen.")
    def is_final(self) -> bool:
        return self.entry.is_final

    @strawberry.field(description="Whether it is offered for choice at once or only on request.")
    def visible(self) -> bool:
        return self.entry.visible


@strawberry.federation.type(keys=["id"], description="How bad an incident is.")
class Severity(DirectoryEntry):
    kind = Kind.SEVERITY

    @strawberry.field(description="From least to most severe; for comparisons.")
    def rank(self) -> int:
        return cast("int", self.entry.rank)


TYPES: dict[Kind, type[Any]] = {kind.kind: kind for kind in (Classification, IncidentType, IncidentStatus, Severity)}


def shown(entry: Entry) -> DirectoryEntry:
    """The entry as the type of its directory."""
    return cast("DirectoryEntry", TYPES[entry.kind](entry=entry))
