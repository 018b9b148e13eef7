"""An entry of an incident's history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Self

import orjson
import strawberry

from chassis.graphql.refusals import camel
from chassis.identifiers import to_json
from services.incidents.domain.chain import canonical
from services.incidents.domain.details import input_path
from services.incidents.domain.parts import PartType
from services.incidents.domain.wording import wording
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.links import IncidentLink
from services.incidents.graphql.types.others import FileMention, User, stub
from services.incidents.graphql.types.sentence import HistoryReference, HistorySentence, reference_of, sentence
from services.incidents.persistence.rows import ChangeRow


@strawberry.enum(description="What hangs on an incident and is changed by itself.")
class IncidentPartType(Enum):
    COMMENT = strawberry.enum_value("COMMENT", description="A comment.")
    TASK = strawberry.enum_value("TASK", description="A task.")
    REVIEW = strawberry.enum_value("REVIEW", description="The review after it.")
    ACTION_ITEM = strawberry.enum_value("ACTION_ITEM", description="Something to be done so that it does not recur.")
    ROLE = strawberry.enum_value("ROLE", description="That somebody has a role in it.")
    LINK = strawberry.enum_value("LINK", description="A link to another incident, or to a page elsewhere.")
    TIMELINE_ENTRY = strawberry.enum_value("TIMELINE_ENTRY", description="An entry of its timeline.")
    INDICATOR = strawberry.enum_value("INDICATOR", description="An indicator, as it stands in the incident.")
    ASSET = strawberry.enum_value("ASSET", description="Something affected.")
    TIMESTAMP = strawberry.enum_value("TIMESTAMP", description="A moment that a directory defines.")
    FILE = strawberry.enum_value("FILE", description="A file.")


_PERSONS = ("user", "service_account")
_UNTOLD = (PartType.REVIEW, "covers")  # older entries tell which incidents those were; some are out of sight since


@strawberry.type(description="What a change did to one field.")
class FieldChange:
    field: str = strawberry.field(description="The field as the schema writes it, for example `location.text`.")
    before: str | None = strawberry.field(description="The value before, as text; JSON where it is no text.")
    after: str | None = strawberry.field(description="The value after, likewise.")
    before_reference: HistoryReference | None = strawberry.field(
        description="Where the value names something, that: its owner tells its name in your language."
    )
    after_reference: HistoryReference | None = strawberry.field(description="The same of the value after.")

    column: strawberry.Private[str]

    @strawberry.field(description="What the field is called, in your language.")
    async def label(self, info: Info) -> str:
        return wording(info.context.actor.locales).field(self.column, self.field)

    @classmethod
    def of(cls, column: str, before: Any, after: Any, *, part: str | None) -> Self:
        if (part, column) == _UNTOLD:
            before = after = None
        return cls(
            field=_shown(column),
            before=_text(before),
            after=_text(after),
            before_reference=reference_of(column, before, part=part),
            after_reference=reference_of(column, after, part=part),
            column=column,
        )


def _record(self: "IncidentChange") -> str:
    return canonical(self.row.link.record).decode()


@strawberry.type(description="One change of an incident: who, when, what.")
class IncidentChange:
    sequence: int = strawberry.field(description="Counts the changes of the incident from 1, without gaps.")
    at: datetime = strawberry.field(description="When it was made.")
    actor: User | None = strawberry.field(description="Who made it; null when the registry itself did.")
    operation: str = strawberry.field(
        description="REGISTERED, EDITED, ASSIGNED, STATUS_CHANGED, VISIBILITY_CHANGED, MEMBERS_CHANGED, DELETED or "
        "RESTORED; EXPORT, MAIL or ACCESS for what was taken out of it; of a part ADDED, EDITED, REMOVED or OVERDUE, "
        "of a file RESTORED or DOWNLOADED too."
    )
    part_type: IncidentPartType | None = strawberry.field(description="What of the incident; null for its own fields.")
    part_id: strawberry.ID | None = strawberry.field(description="Which of them.")
    request_id: str | None = strawberry.field(description="The request that made it, for operators.")
    changes: list[FieldChange] = strawberry.field(description="The fields that changed.")
    permission: str | None = strawberry.field(
        description="The right by which it was made; null where the registry itself did it, and for what is older than "
        "this was written down."
    )
    record: str = strawberry.field(
        resolver=_record,
        description="All that was written down of it, as `hash` is made of: JSON, with the hash of the entry before.",
    )
    hash: str = strawberry.field(description="SHA-256 of `record` in UTF-8, hexadecimal.")

    row: strawberry.Private[ChangeRow]

    @strawberry.field(description="The change as a sentence in your language.")
    async def sentence(self, info: Info) -> HistorySentence:
        return sentence(self.row, info.context.actor.locales, _shown)

    @strawberry.field(description="The link that it is about; null where it leads to what you may not see.")
    async def link(self, info: Info) -> IncidentLink | None:
        if self.row.part_type != PartType.LINK or self.row.part_id is None:
            return None
        row = await info.context.link_by_id.load(self.row.part_id)
        return None if row is None else IncidentLink.from_row(row)

    @strawberry.field(description="The file that it is about, if it is about one.")
    def file(self) -> FileMention | None:
        return stub(FileMention, self.row.part_id) if self.row.part_type == PartType.FILE else None

    @classmethod
    def from_row(cls, row: ChangeRow) -> Self:
        return cls(
            sequence=row.sequence,
            at=row.at,
            actor=User(id=strawberry.ID(str(row.actor_id))) if row.actor_kind in _PERSONS else None,
            operation=row.operation,
            part_type=None if row.part_type is None else IncidentPartType[row.part_type],
            part_id=None if row.part_id is None else strawberry.ID(str(row.part_id)),
            permission=row.permission,
            hash=row.hash.hex(),
            request_id=row.request_id,
            changes=changes_of(row.changes, part=row.part_type),
            row=row,
        )


@strawberry.type(description="A field that an editor wants otherwise than it is by now.")
class FieldConflict:
    field: str = strawberry.field(description="The field as the schema writes it, for example `location.text`.")
    yours: str | None = strawberry.field(description="The value you sent, as text; JSON where it is no text.")
    current: str | None = strawberry.field(description="The value now, likewise.")

    @classmethod
    def of(cls, column: str, yours: Any, current: Any) -> Self:
        return cls(field=_shown(column), yours=_text(_plain(yours)), current=_text(_plain(current)))


def changes_of(stored: Mapping[str, Sequence[Any]], *, part: str | None = None) -> list[FieldChange]:
    """Of `{field: [before, after]}`; `part` is what of an incident was changed."""
    return [FieldChange.of(name, before, after, part=part) for name, (before, after) in stored.items()]


def _shown(column: str) -> str:
    """Callers know `location_text` as `location.text`, and `type_id` as `type`."""
    return ".".join(camel(name.removesuffix("_id")) for name in input_path(column))


def _plain(value: Any) -> Any:
    """As the history keeps it."""
    return orjson.loads(orjson.dumps(value, default=to_json))


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
