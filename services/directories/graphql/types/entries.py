"""Entries as callers see them: what all have in common, and each directory's own."""

from datetime import date
from typing import Annotated, Any, ClassVar, Self, TypeAlias, cast
from uuid import UUID

import strawberry

from chassis.access import within
from chassis.graphql.loading import load_reference
from services.directories.domain import permissions
from services.directories.domain.colours import BLACK, WHITE, contrast, text_colour
from services.directories.domain.entries import Entry, Kind
from services.directories.graphql.context import Info
from services.directories.graphql.types.enums import CategoryType
from services.directories.graphql.types.others import Company

InLocale = Annotated[
    str | None,
    strawberry.argument(description="A BCP 47 tag such as de-AT, instead of your own languages."),
]


@strawberry.type(description="What an entry is called in one language.")
class EntryTranslation:
    locale: str = strawberry.field(description="BCP 47 tag.")
    name: str = strawberry.field(description="Name.")
    description: str | None = strawberry.field(description="When to choose it.")


@strawberry.type(description="How often an entry is used.")
class DirectoryUsage:
    incidents: int = strawberry.field(
        description="Incidents that have it, of the companies whose directories you may manage; restricted ones are "
        "not counted."
    )
    entries: int = strawberry.field(description="Entries below of it, such as the types of a class.")


_HERE = strawberry.lazy("services.directories.graphql.types.entries")
AnyEntry: TypeAlias = Annotated["DirectoryEntry", _HERE]


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
    async def name(self, info: Info, locale: InLocale = None) -> str:
        return (await info.context.wording(locale)).name(self.entry)[0]

    @strawberry.field(description="The language of `name`, a BCP 47 tag; null when `name` is the code.")
    async def name_locale(self, info: Info, locale: InLocale = None) -> str | None:
        return (await info.context.wording(locale)).name(self.entry)[1]

    @strawberry.field(description="When to choose it, in the best language there is for you.")
    async def description(self, info: Info, locale: InLocale = None) -> str | None:
        return (await info.context.wording(locale)).description(self.entry)[0]

    @strawberry.field(description="The language of `description`, a BCP 47 tag; null when there is no description.")
    async def description_locale(self, info: Info, locale: InLocale = None) -> str | None:
        return (await info.context.wording(locale)).description(self.entry)[1]

    @strawberry.field(description="Its colour, #RRGGBB.")
    def color(self) -> str:
        return self.entry.color

    @strawberry.field(description="The colour for text on `color`: black or white, whichever reads better.")
    def text_color(self) -> str:
        return text_colour(self.entry.color)

    @strawberry.field(
        description="How well text in `textColor` reads on `color`: the contrast ratio of WCAG 2, from 4.5 to 21."
    )
    def text_contrast(self) -> float:
        return round(max(contrast(self.entry.color, BLACK), contrast(self.entry.color, WHITE)), 2)

    @strawberry.field(description="The name of its icon.")
    def icon(self) -> str | None:
        return self.entry.icon

    @strawberry.field(description="Its place in the list; the lists come in this order.")
    def order(self) -> int:
        return self.entry.sort_order

    @strawberry.field(description="Whether incidents may still be given it; those that have it keep it.")
    def active(self) -> bool:
        return self.entry.active

    @strawberry.field(description="The first day on which it may be chosen, in UTC; null when it was always.")
    def valid_from(self) -> date | None:
        return self.entry.valid_from

    @strawberry.field(description="The last day on which it may be chosen, in UTC; null when there is none.")
    def valid_to(self) -> date | None:
        return self.entry.valid_to

    @strawberry.field(description="The company whose own entry it is; null when every company has it.")
    def company(self) -> Company | None:
        return None if self.entry.company_id is None else Company(id=strawberry.ID(str(self.entry.company_id)))

    @strawberry.field(description="The entry it is below of: the class of a type, or one of its own directory.")
    async def parent(self, info: Info) -> AnyEntry | None:
        return await _other(self.entry.parent_id, info)

    @strawberry.field(description="The entry it was merged into: things that have this one are shown as having that.")
    async def merged_into(self, info: Info) -> AnyEntry | None:
        return await _other(self.entry.merged_into_id, info)

    @strawberry.field(
        description="Where it is used, for who may manage directories: the permission is needed to see the numbers."
    )
    async def usage(self, info: Info) -> DirectoryUsage | None:
        managed = info.context.actor.companies(permissions.MANAGE)
        owner = self.entry.company_id
        if not managed or not (owner is None or within(managed, owner)):
            return None
        below = (await info.context.directory()).children.get(self.entry.id, ())
        return DirectoryUsage(incidents=await info.context.used.load(self.entry.id), entries=len(below))

    @strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")
    def version(self) -> int:
        return self.entry.version

    @strawberry.field(description="Its names and descriptions in all languages.")
    async def translations(self, info: Info) -> list[EntryTranslation]:
        return [
            EntryTranslation(locale=locale, name=text.name, description=text.description)
            for locale, text in (await info.context.texts.load(self.entry.id)).items()
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
    ) -> list[Annotated["IncidentType", _HERE]]:
        below = (await info.context.directory()).below(self.entry.id, Kind.INCIDENT_TYPE)
        today = info.context.today
        return [IncidentType(entry=entry) for entry in below if include_inactive or entry.choosable(today)]


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


@strawberry.federation.type(keys=["id"], description="What an incident turned out to be.")
class Outcome(DirectoryEntry):
    kind = Kind.OUTCOME


@strawberry.federation.type(keys=["id"], description="How much harm an incident did.")
class ImpactLevel(DirectoryEntry):
    kind = Kind.IMPACT_LEVEL

    @strawberry.field(description="From no harm to the worst; for comparisons.")
    def rank(self) -> int:
        return cast("int", self.entry.rank)


@strawberry.federation.type(keys=["id"], description="How soon an incident is to be dealt with.")
class Priority(DirectoryEntry):
    kind = Kind.PRIORITY

    @strawberry.field(description="From what can wait to what comes before all else; for comparisons.")
    def rank(self) -> int:
        return cast("int", self.entry.rank)


@strawberry.federation.type(keys=["id"], description="How an incident became known.")
class DetectionSource(DirectoryEntry):
    kind = Kind.DETECTION_SOURCE


@strawberry.federation.type(keys=["id"], description="A type of indicators: addresses, files, accounts and the like.")
class IndicatorType(DirectoryEntry):
    kind = Kind.INDICATOR_TYPE

    @strawberry.field(
        description="The regular expression (RE2) that whole values have to match; null when anything may be one."
    )
    def pattern(self) -> str | None:
        return self.entry.pattern


@strawberry.federation.type(keys=["id"], description="What somebody does in the handling of an incident.")
class IncidentRole(DirectoryEntry):
    kind = Kind.ROLE

    @strawberry.field(description="Whether only one person at a time has it in an incident.")
    def single(self) -> bool:
        return self.entry.single


@strawberry.federation.type(keys=["id"], description="How one incident is linked to another.")
class LinkType(DirectoryEntry):
    kind = Kind.LINK_TYPE

    @strawberry.field(description="The same link seen from the other incident; itself when both see the same.")
    async def inverse(self, info: Info) -> Annotated["LinkType", _HERE] | None:
        found = await _other(self.entry.inverse_id, info)
        return cast("LinkType | None", found)


@strawberry.federation.type(keys=["id"], description="What a department is for.")
class DepartmentKind(DirectoryEntry):
    kind = Kind.DEPARTMENT_KIND


@strawberry.federation.type(keys=["id"], description="A moment of an incident's life that can be recorded.")
class TimestampDefinition(DirectoryEntry):
    kind = Kind.TIMESTAMP


@strawberry.federation.type(keys=["id"], description="What a file is to its incident, as people call it.")
class FileKindEntry(DirectoryEntry):
    kind = Kind.FILE_KIND


TYPES: dict[Kind, type[Any]] = {
    kind.kind: kind
    for kind in (
        Classification, IncidentType, IncidentStatus, Severity, Outcome, ImpactLevel, Priority, DetectionSource,
        IndicatorType, IncidentRole, LinkType, DepartmentKind, TimestampDefinition, FileKindEntry,
    )
}  # fmt: skip


async def _other(entry_id: UUID | None, info: Info) -> DirectoryEntry | None:
    """Null too when it is none of the reader's business."""
    if entry_id is None:
        return None
    found = (await info.context.directory()).by_id.get(entry_id)
    return None if found is None else shown(found)


def shown(entry: Entry) -> DirectoryEntry:
    """The entry as the type of its directory."""
    return cast("DirectoryEntry", TYPES[entry.kind](entry=entry))
